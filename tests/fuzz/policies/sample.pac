// What bundle and side_json damage: small, with everything that stands in side tables.
package sample edition 1

use std.dates

/// A sample.
@owner("desk") @risk(low)
cites eurlex "32023L2225" title "Consumer Credit Directive"

/// Who asks.
record Person { id: string @pii(identifier), name: string max 20 chars, birth: date? @pii(birth_date) }

param floor: decimal(2) { from 2025-01-01: 1.00 from 2026-01-01: 2.00 }

decision limit {
  context { as_of: date >= 2025-01-01, zone "Europe/Helsinki" }
  input  { person: Person, score: int in 300 .. 850, amount: decimal(2) in 0.01 .. 1_000.00, parts: list<int> max 3 items }
  output { granted: bool, reason: string }
  let part = sum(p for p in parts)
  let ratio = score + part
  rules first {
    rule good {
      when score >= 700 and amount <= 123.45
      then { granted: true, reason: "good" }
      explain en "Your score is {score}, the amount {amount}, the floor {floor}."
              fi "Pisteesi ovat {score}."
    }
    rule many {
      when any p in parts: p > 5
      then { granted: true, reason: "many" }
      explain en "All parts are {part}, in all {ratio}."
    }
    otherwise { granted: false, reason: "none" }
  }
}

decision gathered {
  input  { parts: list<int> max 3 items, word: string? max 9 chars }
  output { points: int }
  let spoken = word default "none"
  rules collect total = sum(points) {
    rule each_part for each p in parts {
      when p > 1
      then { points: p }
      explain en "Part {p} of {spoken}."
    }
  }
}

test limit "good" {
  given  { person: { id: "u1", name: "Ann" }, score: 720, amount: 5.00, parts: [1, 7] }
  as_of  2026-03-01
  expect { granted: true } by good
}

test gathered "two" {
  given  { parts: [1, 2, 3], word: "x" }
  expect { total: 5 }
}
