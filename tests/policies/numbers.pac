// Exact numbers: scales, quotients, rounding, overflow.
package numbers edition 1
use std.decimals

decision arithmetic {
  input  { a: int, b: int, x: decimal(2), y: decimal(3) }
  output { sum: int, product: decimal(5), half: decimal(3), rest: int, less: bool }
  result { sum: a + b, product: x * y, half: x / 2, rest: mod(a, b), less: a / b < x / 3 }
}
test arithmetic "scales add" {
  given  { a: 7, b: 2, x: 1.25, y: 0.333 }
  expect { sum: 9, product: 0.41625, half: 0.625, rest: 1, less: false }
}
test arithmetic "mod has the sign of the divisor" {
  given  { a: -7, b: 2, x: 0.01, y: 0.001 }
  expect { rest: 1, product: 0.00001, less: true }
}
test arithmetic "division by zero" {
  given  { a: 1, b: 0, x: 1.00, y: 1.000 }
  expect error "PAC5002"
}

decision rounding {
  input  { x: decimal(3) in -1_000.000 .. 1_000.000, n: int in 1 .. 9 }
  output {
    half_up: decimal(0), half_even: decimal(0), half_down: decimal(0), up: decimal(0), down: decimal(0),
    ceiling: decimal(0), floor: decimal(0), third: decimal(2)
  }
  result {
    half_up: round(x, 0, half_up), half_even: round(x, 0, half_even), half_down: round(x, 0, half_down),
    up: round(x, 0, up), down: round(x, 0, down), ceiling: round(x, 0, ceiling), floor: round(x, 0, floor),
    third: round(x / n, 2, half_up)
  }
}
test rounding "every mode" cases {
  x      | n => half_up | half_even | half_down | up | down | ceiling | floor | third
  2.500  | 3 => 3       | 2         | 2         | 3  | 2    | 3       | 2     | 0.83
  3.500  | 3 => 4       | 4         | 3         | 4  | 3    | 4       | 3     | 1.17
  -2.500 | 3 => -3      | -2        | -2        | -3 | -2   | -2      | -3    | -0.83
  -2.501 | 9 => -3      | -3        | -3        | -3 | -2   | -2      | -3    | -0.28
  0.000  | 1 => 0       | 0         | 0         | 0  | 0    | 0       | 0     | 0.00
}

decision overflow {
  input  { a: int, f: int in 1 .. 9_000_000_000 }
  output { y: int }
  result { y: a * f }
}
test overflow "fits"         { given { a: 9_007_199_254_740_991, f: 1_000 }         expect { y: 9_007_199_254_740_991_000 } }
test overflow "does not fit" { given { a: 9_007_199_254_740_991, f: 9_000_000_000 } expect error "PAC5001" }

decision limits {
  input  { a: decimal(2) unit EUR in 0.00 .. 100.00, rate: decimal(4) in 0.0000 .. 1.0000 }
  output { y: decimal(6) unit EUR, share: bool, low: decimal(2) unit EUR }
  result { y: a * rate, share: a / 3 > 10, low: min(a, 50) }
}
test limits "units" { given { a: 30.01, rate: 0.1250 } expect { y: 3.751250, share: true, low: 30.01 } }

decision negative_domain {
  input  { a: int in -5 .. 5 }
  output { y: int in 0 .. 5 }
  result { y: -a }
}
test negative_domain "inside"  { given { a: -3 } expect { y: 3 } }
test negative_domain "outside" { given { a: 3 }  expect error "PAC5006" }

// A record that is made has to lie in the domains of its fields, also where only another field is read.
record Small { n: int in 0 .. 5, flag: bool }
decision made_record {
  input  { a: int in 0 .. 9, b: bool }
  output { ok: bool }
  let s: Small = { n: a, flag: b }
  rules first {
    rule always { when (if s.flag then 1 else 2) <= 7 then { ok: true } }
    otherwise { ok: false }
  }
}
test made_record "inside"  { given { a: 5, b: true } expect { ok: true } by always }
test made_record "outside" { given { a: 6, b: true } expect error "PAC5006" }

/// A written number over an amount is an amount, too, so the quotient is plain.
decision of_an_amount {
  input  { total: decimal(2) unit EUR in 1.00 .. 1_000.00 }
  output { rate: decimal(2) }
  result { rate: round(100.00 / total, 2, half_up) }
}
test of_an_amount "a share" cases {
  total  => rate
  3.00   => 33.33
  400.00 => 0.25
}
