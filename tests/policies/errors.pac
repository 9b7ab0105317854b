// A decision for each way in which evaluation can end in an error.
package errors edition 1
use std.dates
use std.text

decision overflow {
  input  { n: int in 0 .. 9_000_000_000 }
  output { y: int }
  result { y: n * n }
}
test overflow "of an int" cases {
  n             => y
  3_000_000_000 => 9_000_000_000_000_000_000
}
test overflow "beyond 64 bits" { given { n: 4_000_000_000 } expect error "PAC5001" }

decision division {
  input  { n: int in 0 .. 9 }
  output { y: decimal(2) }
  result { y: round(1 / n, 2, half_up) }
}
test division "by three" { given { n: 3 } expect { y: 0.33 } }
test division "by zero"  { given { n: 0 } expect error "PAC5002" }

decision date_range {
  input  { d: date, n: int in 0 .. 100_000 }
  output { y: date }
  rules first {
    rule later { when n > 0 then { y: add_days(d, n) } }
    otherwise { y: d - 1 days }
  }
}
test date_range "the last day there is" { given { d: 9999-12-30, n: 1 } expect { y: 9999-12-31 } by later }
test date_range "a day after it"  { given { d: 9999-12-31, n: 1 } expect error "PAC5003" }
test date_range "the first day"   { given { d: 0001-01-02, n: 0 } expect { y: 0001-01-01 } by otherwise }
test date_range "a day before it" { given { d: 0001-01-01, n: 0 } expect error "PAC5003" }

@accept(PAC2001, "an overlap is what is tested")
decision overlap {
  input  { n: int in 0 .. 9 }
  output { y: int }
  rules unique {
    rule low  { when n < 6 then { y: 1 } }
    rule high { when n > 4 then { y: 2 } }
  }
}
test overlap "one"  { given { n: 6 } expect { y: 2 } by high }
test overlap "both" { given { n: 5 } expect error "PAC5004" }

@accept(PAC2101, "a gap is what is tested")
decision gap {
  input  { n: int in 0 .. 9 }
  output { y: int }
  rules first {
    rule high { when n > 4 then { y: 2 } }
  }
}
test gap "covered"     { given { n: 5 } expect { y: 2 } by high }
test gap "not covered" { given { n: 4 } expect error "PAC5005" }

decision domain {
  input  { n: int in 0 .. 9 }
  output { y: int in 0 .. 10 }
  rules collect list {
    rule once { when n > 0 then { y: n * 2 } }
  }
}
test domain "within"  { given { n: 5 } expect [{ y: 10 }] by once }
test domain "outside" { given { n: 6 } expect error "PAC5006" }

decision feature_absent {
  input { id: string max 9 chars }
  feature score: int in 0 .. 9 of id
  output { y: int }
  result { y: score }
}
test feature_absent "there"  { given { id: "a" } features { score: 3 } expect { y: 3 } }
test feature_absent "absent" { given { id: "a" } expect error "PAC5007" }

param rate: int {
  from 2026-01-01: 7
  from 2027-01-01: 3
}
decision missing_param {
  input  { d: date }
  output { y: int }
  rules unique {
    rule dated { when rate at d > 5 then { y: rate at d } }
    otherwise { y: 0 }
  }
}
test missing_param "on its first day" { given { d: 2026-01-01 } expect { y: 7 } by dated }
test missing_param "a later line"     { given { d: 2027-01-01 } expect { y: 0 } by otherwise }
test missing_param "the day before"   { given { d: 2025-12-31 } expect error "PAC5008" }

decision limit {
  input  { s: string max 9 chars }
  output { n: int }
  let ten      = replace(s, "a", "aaaaaaaaaa")
  let thousand = replace(replace(ten, "a", "aaaaaaaaaa"), "a", "aaaaaaaaaa")
  result { n: len(replace(thousand, "a", "aaaaaaaaaa")) }
}
test limit "a text of 60,000 bytes" { given { s: "aaaaaa" } expect { n: 60_000 } }
test limit "one of 70,000 bytes"    { given { s: "aaaaaaa" } expect error "PAC5009" }

decision limit_of_a_template {
  input  { s: string max 9 chars }
  output { text: string }
  let ten      = replace(s, "a", "aaaaaaaaaa")
  let thousand = replace(replace(ten, "a", "aaaaaaaaaa"), "a", "aaaaaaaaaa")
  rules first {
    rule long {
      when len(s) > 4
      then {
        text: "{thousand}{thousand}{thousand}{thousand}{thousand}{thousand}{thousand}{thousand}{thousand}{thousand}"
      }
    }
    otherwise { text: "short" }
  }
}
test limit_of_a_template "short" { given { s: "aaaa" } expect { text: "short" } by otherwise }
test limit_of_a_template "70,000 bytes" { given { s: "aaaaaaa" } expect error "PAC5009" }

decision no_such_day {
  input  { d: date in 2000-01-01 .. 2099-12-31 }
  output { y: date }
  result { y: add_months(d, 1, end_of_month: error) }
}
test no_such_day "the 28th" { given { d: 2026-01-28 } expect { y: 2026-02-28 } }
test no_such_day "the 29th" { given { d: 2026-01-29 } expect error "PAC5010" }

decision argument {
  input  { y: int in 2000 .. 2099, m: int in 0 .. 99 }
  output { d: date }
  result { d: make_date(y, m, 1) }
}
test argument "a month"      { given { y: 2026, m: 12 } expect { d: 2026-12-01 } }
test argument "no month"     { given { y: 2026, m: 13 } expect error "PAC5011" }

// The error of a called decision is the caller's.
decision calling {
  input  { d: date, m: int in 0 .. 99, s: string max 9 chars }
  output { y: int }
  rules first {
    rule dated { when missing_param(d: d).y > 5 then { y: year(argument(y: 2026, m: m).d) } }
    otherwise { y: limit(s: s).n }
  }
}
test calling "no error"       { given { d: 2026-01-01, m: 1, s: "a" } expect { y: 2026 } by dated }
test calling "in a condition" { given { d: 2025-01-01, m: 1, s: "a" } expect error "PAC5008" }
test calling "in otherwise"   { given { d: 2027-01-01, m: 1, s: "aaaaaaa" } expect error "PAC5009" }
test calling "in an outcome"  { given { d: 2026-01-01, m: 0, s: "a" } expect error "PAC5011" }
