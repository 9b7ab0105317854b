// Spellings that the example policies do not use. For the parser alone: nothing here need type-check.
package org.spellings edition 1
use std.dates
use other.area

/// The package's own words.
@owner("desk")
cites eurlex "32024R1689" title "An act"

enum Empty {}
private ordered enum Level { low "LOW", middle, high "HIGH", }
record Nothing { }
private record Everything {
  /// A field with all there is.
  all: string matches "[a-z]{2}" max 20 chars @pii(identifier) @disclose
  amounts: list<decimal(2) unit EUR in 0.00 .. 9.99> max 10 items
  nested: list<set<int in 1 .. 5, 77> max 3 items>? max 2 items
  bounds: int in -5 <..< 5 in {1, 2, 3}, half: int > 0, other: int in 1 <.. 2
  wait: duration in 1 hours .. 30 days
  level: Level in {low, high}
  moment: datetime >= 2026-01-01T00:00:00Z
}
private param limit: decimal(2) unit EUR {
  cites iri "https://example.org/limit"
  from 2025-01-01: -10_000.00
  from 2026-01-01: 2 * 6_000.00 cites finlex "1/2000" section "1" cites finlex "2/2000"
}
param none_yet: int {}
private obligation keep {}
private advice tell { text: string }

private partial decision everything {
  context {}
  input {}
  output { level: Level, score: int, rule: string }
  feature rate: decimal(4)? in 0.0000 .. 1.0000 @pii(score) of input.key max_age 12 hours
  @exact
  cites eli "x"
  may_use person.age cites iri "https://example.org/age"
  cites finlex "3/2000"
  let a: int in 0 .. 9 = f(1, by: 2,).field.deeper
  let b = count(v in xs) + count(v in xs where v.a > 1) - count
  let c = min(v.a for v in xs where v.b) + max(a, b) + sum(v for v in [1, 2,]) + other.area.price(x: 1).amount
  let d = if a > 1 then if b then 1 else 2 else 3
  let e = x default y default 0 at z
  let g = rate_of at supplied + limit at (as_of + 1 days)
  let h = not any v in xs: all w in v: none u in w: u == 1 or u == 2
  let i = x in 1 <.. 5 and y in a ..< b and z in {} and w in [] and {"a"} subset_of tags
  let j = o.x is present and (o.y is missing or o.z matches "a\\.b")
  let k = - - 1 * -x / (2)
  let l = "tab\t quote\" back\\ \u{1F600} {{ {a}"
  let m = input.missing
  let in_days = 5 days
  rules collect list by outcome level: high, middle, score: 1, 2, rule: "a" {
    /// Documented.
    @accept(PAC2003, "checked by hand")
    rule one for each m in metrics effective from 2026-01-01 to 2026-12-31 overrides a, b priority -5 {
      when true
      then { level: high, score: missing, rule: "{m.name}" }
      cites finlex "1/2000" section "1" paragraph "2"
      explain en "text" sv-FI "text" es-419 "text"
      oblige keep {}
      advise tell { text: "x" }
      may_use person.age cites iri "x"
    }
    @accept(PAC2003, "so be it")
    otherwise { level: low } explain en "nothing fired"
  }
}

decision ranked { table by outcome y: 1, "b", -2.5 { x => y } }
decision columns {
  table by highest confidence, score {
    x.a | count | f(x: 1) + 2 => confidence | score
    @accept(PAC2003, "a") one: in {1, 2} | in 1 .. 2 | not missing => 1 | 2 cites finlex "1/2000" explain en "a" fi "b"
    @accept(PAC2003, "on a line of its own")
    not (< 5, > 7, "x") | - | "a", missing => missing | -1
      cites finlex "1/2000"
      explain en "a"
              fi "b"
    intersects {1} | != x | present
      => 1
       | 2
    cites | explain | from, to,
      at => 1 | 2
    otherwise => 0 | 0
  }
}
decision in_record { table any { x => a | b
    1 => 1 | 2
    otherwise { a: 1, b: 2 } explain en "text"
  }
}
decision folds { rules collect score = sum(points), n = count(), reasons = list(rule) {} }
decision effects {
  rules permit_overrides {
    rule a { when x then permit oblige keep { days: 30 days, list: [1], set: {1, 2} } }
    otherwise deny
  }
}
decision lists { table collect list {} }
decision nothing {}

test everything "by all means" {
  given { a: { b: {}, c: [], d: {1}, e: { f: missing } } }
  features { credit.score: 720 at 2026-02-20T00:00:00Z, plain: 1, }
  params { limit: 5.00 }
  context { now: 2026-01-01T10:00:00.123456Z }
  as_of 2026-01-01
  expect [ { a: 1 }, {} ] by one, otherwise with keep, tell
  expect error "PAC5001" by one
  expect no_match
  expect refused applicant.birth
  expect permit with keep
  expect {}
}
test everything "a table" cases {
  a.b | as_of => level | by
  -   | 2026-01-01 => high | one
  5   | - => - | -
}
test nothing "nothing" {}
test nothing "no cases" cases {}
