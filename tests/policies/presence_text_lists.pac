// Optionals, texts, lists and sets, dates, params and features.
package presence_text_lists edition 1
use std.dates
use std.time

record Address { city: string, zip: string? matches "[0-9]{5}" }
record Person  { name: string max 20 chars, address: Address?, tags: set<string> max 4 items }

decision presence {
  input  { p: Person, n: int?, m: int? }
  output { zip: string, city: string?, sum: int, narrowed: bool }
  let zip = p.address.zip default "none"
  result {
    zip: zip,
    city: p.address.city,
    sum: (n default 1) + (m default 2),
    narrowed: n is present and m is present and n < m
  }
}
test presence "all there" {
  given  { p: { name: "a", address: { city: "Turku", zip: "20100" }, tags: {} }, n: 3, m: 4 }
  expect { zip: "20100", city: "Turku", sum: 7, narrowed: true }
}
test presence "nothing there" {
  given  { p: { name: "a", tags: {} } }
  expect { zip: "none", city: missing, sum: 3, narrowed: false }
}
test presence "a pattern in a field" {
  given  { p: { name: "a", address: { city: "Turku", zip: "2010" }, tags: {} } }
  expect refused p.address.zip
}

decision cells {
  input  { n: int?, p: Person }
  output { z: string }
  table first {
    n            | p.name               | p.address.zip => z
    missing      | -                    | missing       => "neither"
    missing      | starts_with "A"      | -             => "a name in A"
    not (1, 2)   | -                    | present       => "not one or two: {n}"
    1, missing   | -                    | -             => "one or missing"
    in 2 .. 5    | ends_with "z", "bob" | -             => "{p.name}"
    -            | -                    | -             => "rest"
  }
}
test cells "cells" cases {
  n       | p                                                              => z                      | by
  missing | { name: "x", tags: {} }                                        => "neither"              | row_1
  missing | { name: "Ann", address: { city: "c", zip: "00100" }, tags: {} } => "a name in A"         | row_2
  3       | { name: "x", address: { city: "c", zip: "00100" }, tags: {} }  => "not one or two: 3"    | row_3
  1       | { name: "x", tags: {} }                                        => "one or missing"       | row_4
  2       | { name: "bob", tags: {} }                                      => "bob"                  | row_5
  2       | { name: "xyz", tags: {} }                                      => "xyz"                  | row_5
  2       | { name: "else", tags: {} }                                     => "rest"                 | row_6
}

decision texts {
  input  { s: string max 50 chars }
  output { n: int, a: bool, b: bool, c: bool, d: bool, e: bool }
  result {
    n: len(s), a: s starts_with "ä", b: s ends_with "€", c: s contains "bc", d: s matches "(?i)[a-z]{2,}", e: s in {"x", "yy"}
  }
}
test texts "code points" { given { s: "äbc€" } expect { n: 4, a: true, b: true, c: true, d: false, e: false } }
test texts "empty"       { given { s: "" }     expect { n: 0, a: false, b: false, c: false, d: false, e: false } }
test texts "letters"     { given { s: "yY" }   expect { n: 2, d: true, e: false } }

decision lists {
  input  { xs: list<int> max 5 items, tags: set<string> max 4 items, ys: list<list<int> max 3 items> max 2 items }
  output { any_big: bool, all_small: bool, none_odd: bool, n: int, sum: int, most: int?, common: bool, sub: bool, nested: bool, has: bool }
  result {
    any_big: any x in xs: x > 10,
    all_small: all x in xs: x < 100,
    none_odd: none x in xs: mod(x, 2) == 1,
    n: count(x in xs where x > 2),
    sum: sum(x * 2 for x in xs where x > 2),
    most: max(x for x in xs),
    common: tags intersects {"a", "b"},
    sub: tags subset_of {"a", "b", "c"},
    nested: any y in ys: y in {[1], [2, 3]},
    has: 7 in xs
  }
}
test lists "some" {
  given  { xs: [1, 7, 12], tags: {"c", "a"}, ys: [[1, 2], [2, 3]] }
  expect { any_big: true, all_small: true, none_odd: false, n: 2, sum: 38, most: 12, common: true, sub: true, nested: true, has: true }
}
test lists "none" {
  given  { xs: [], tags: {}, ys: [] }
  expect { any_big: false, all_small: true, none_odd: true, n: 0, sum: 0, most: missing, common: false, sub: true, nested: false, has: false }
}
test lists "too many" { given { xs: [1, 2, 3, 4, 5, 6], tags: {}, ys: [] } expect refused xs }

param fee: decimal(2) unit EUR {
  from 2025-01-01: 10.00
  from 2026-01-01: 12.50
}
decision dated {
  context { as_of: date, now: datetime, zone "Europe/Helsinki" }
  input  { born: date, when_it: date in 2024-01-01 .. 2030-12-31 }
  feature score: int? in 0 .. 9 of born max_age 30 days
  output { age: int, fee: decimal(2) unit EUR, then_fee: decimal(2) unit EUR, days: duration, hour: int, due: date, score: int }
  result {
    age: whole_years(born, as_of), fee: fee, then_fee: fee at when_it, days: as_of - born, hour: local_hour(now, "Europe/Helsinki"),
    due: add_months(when_it, 1, end_of_month: clip), score: score default -1
  }
}
test dated "a fresh feature" {
  given    { born: 2000-02-29, when_it: 2025-12-31 }
  features { score: 7 at 2026-02-20T00:00:00Z }
  context  { now: 2026-02-28T22:30:00Z }
  as_of    2026-02-28
  expect   { age: 26, fee: 12.50, then_fee: 10.00, days: 9_496 days, hour: 0, due: 2026-01-31, score: 7 }
}
test dated "a stale feature" {
  given    { born: 2000-02-29, when_it: 2026-01-31 }
  features { score: 7 at 2025-01-01T00:00:00Z }
  context  { now: 2026-02-28T22:30:00Z }
  expect   { fee: 12.50, then_fee: 12.50, due: 2026-02-28, score: -1 }
}
test dated "before the first line" {
  given    { born: 2000-02-29, when_it: 2024-06-01 }
  context  { now: 2026-02-28T22:30:00Z }
  expect   error "PAC5008"
}
test dated "another parameter" {
  given    { born: 2000-02-29, when_it: 2024-06-01 }
  params   { fee: 1.00 }
  context  { now: 2026-02-28T22:30:00Z }
  expect   { fee: 1.00, then_fee: 1.00 }
}

decision scoring {
  input   { id: string }
  feature credit_score: int in 300 .. 850 of id
  output  { s: int }
  result  { s: credit_score }
}
decision entry {
  input  { person: Person }
  output { ok: bool }
  result { ok: scoring(id: person.name).s >= 700 }
}
test entry "a feature of a callee" {
  given    { person: { name: "u1", tags: {} } }
  features { scoring.credit_score: 720 }
  expect   { ok: true }
}
test entry "a required feature that is absent" {
  given  { person: { name: "u1", tags: {} } }
  expect error "PAC5007"
}

decision assumed {
  input  { a: int?, amount: int in 0 .. 100 }
  output { z: int }
  assume a is present
  result { z: a + amount }
}
test assumed "fine"    { given { a: 1, amount: 1 } expect { z: 2 } }
