// Every hit policy, with what fires and what goes wrong.
package hit_policies edition 1

decision unique_table {
  input  { x: int in 0 .. 99, y: int in 0 .. 99 }
  output { z: string }
  table unique {
    x       | y      => z
    a: < 10 | -      => "a"
    b: >= 20 | < 50  => "b"
    c: 15 .. 30 | > 40 => "c"
  }
}
test unique_table "one, none, two" cases {
  x  | y => z   | by
  5  | 1 => "a" | a
  20 | 0 => "b" | b
  15 | 41 => "c" | c
}
test unique_table "a gap"     { given { x: 12, y: 0 }  expect error "PAC5005" }
test unique_table "an overlap" { given { x: 25, y: 45 } expect error "PAC5004" }

partial decision maybe {
  input  { x: int in 0 .. 9 }
  output { z: string }
  table first { x => z
    < 3 => "low"
    < 5 => "middle" }
}
test maybe "labels"   { given { x: 4 } expect { z: "middle" } by row_2 }
test maybe "no match" { given { x: 5 } expect no_match }

decision uses_maybe {
  input  { x: int in 0 .. 9 }
  output { z: string, there: bool }
  let m = maybe(x: x).z
  result { z: m default "none", there: m is present }
}
test uses_maybe "a partial callee" cases {
  x => z        | there
  0 => "low"    | true
  9 => "none"   | false
}

decision exceptions {
  context { as_of: date }
  input  { bird: bool, penguin: bool, magic: bool }
  output { flies: bool }
  rules unique with exceptions {
    rule birds                       { when bird then { flies: true } }
    rule penguins overrides birds    { when penguin then { flies: false } }
    rule magical overrides penguins effective from 2020-01-01 to 2020-12-31 { when magic then { flies: true } }
    otherwise { flies: false }
  }
}
test exceptions "chains" cases {
  bird | penguin | magic | as_of      => flies | by
  true | false   | false | 2020-06-01 => true  | birds
  true | true    | false | 2020-06-01 => false | penguins
  true | true    | true  | 2020-06-01 => true  | magical
  true | true    | true  | 2021-01-01 => false | penguins
  false | false  | false | 2020-06-01 => false | otherwise
}

decision any_agree {
  input  { x: int in 0 .. 99 }
  output { z: int }
  rules any {
    rule low   { when x < 50 then { z: 1 } }
    rule even  { when mod(x, 2) == 0 then { z: 1 } }
    rule clash { when x == 8 then { z: 2 } }
    otherwise { z: 0 }
  }
}
test any_agree "agree"    { given { x: 4 }  expect { z: 1 } by low }
test any_agree "disagree" { given { x: 8 }  expect error "PAC5004" }
test any_agree "none"     { given { x: 51 } expect { z: 0 } by otherwise }

decision priorities {
  input  { x: int in 0 .. 99 }
  output { z: string }
  rules by priority {
    rule low priority 1     { when true then { z: "low" } }
    rule tie_1 priority 5   { when x > 10 then { z: "tie" } }
    rule tie_2 priority 5   { when x > 20 then { z: if x > 30 then "other" else "tie" } }
    rule top priority 9     { when x == 99 then { z: "top" } }
  }
}
test priorities "levels" cases {
  x  => z     | by
  5  => "low" | low
  11 => "tie" | tie_1
  25 => "tie" | tie_1
  99 => "top" | top
}
test priorities "a tie that disagrees" { given { x: 31 } expect error "PAC5004" }

ordered enum Routing { accept, refer, decline }
decision ranked {
  input  { x: int in 0 .. 99 }
  output { routing: Routing, score: int }
  rules by outcome routing: decline, refer, accept {
    rule ok    { when true then { routing: accept, score: 1 } }
    rule check { when x > 10 then { routing: refer, score: 2 } }
    rule stop  { when x > 20 then { routing: decline, score: 3 } }
    rule later { when x > 20 then { routing: decline, score: 4 } }
  }
}
test ranked "the worst wins, first in source among equals" cases {
  x  => routing | score | by
  0  => accept  | 1     | ok
  15 => refer   | 2     | check
  25 => decline | 3     | stop
}

decision highest {
  input  { x: int in 0 .. 99 }
  output { class: string, confidence: decimal(2) }
  rules by highest confidence {
    rule a { when x > 0 then { class: "a", confidence: 0.40 } }
    rule b { when x > 5 then { class: "b", confidence: 0.90 } }
    rule c { when x > 7 then { class: "c", confidence: 0.90 } }
    otherwise { class: "-", confidence: 0.00 }
  }
}
test highest "the surest" cases {
  x => class | by
  0 => "-"   | otherwise
  1 => "a"   | a
  9 => "b"   | b
}

decision folds {
  input  { x: int in 0 .. 99 }
  output { points: int in 0 .. 50, note: string }
  table collect total = sum(points), n = count(), least = min(points), most = max(points), why = list(rule) {
    x            => points | note
    tens: > 10   => 10     | "ten"
    fives: > 5   => 5      | "five"
    ones: > 1    => 1      | "one"
  }
}
test folds "all" { given { x: 20 } expect { total: 16, n: 3, least: 1, most: 10, why: ["tens", "fives", "ones"] } by tens, fives, ones }
test folds "some" { given { x: 6 } expect { total: 6, n: 2, least: 1, most: 5, why: ["fives", "ones"] } }
test folds "none" { given { x: 0 } expect { total: 0, n: 0, least: missing, most: missing, why: [] } }

record Item { name: string, price: decimal(2) in 0.00 .. 999.99 }
decision listed {
  input  { items: list<Item> max 5 items }
  output { code: string, name: string, price: decimal(2) }
  rules collect list by highest price {
    rule dear for each i in items  { when i.price > 100.00 then { code: "D", name: i.name, price: i.price } }
    rule free for each i in items  { when i.price == 0.00 then { code: "F", name: "{i.name} is free", price: 0.00 } }
  }
}
test listed "sorted by price" {
  given  { items: [{ name: "a", price: 0.00 }, { name: "b", price: 150.00 }, { name: "c", price: 900.00 }] }
  expect [{ code: "D", name: "c" }, { code: "D", name: "b" }, { code: "F", name: "a is free" }] by dear, free
}
test listed "nothing" { given { items: [] } expect [] }

obligation log { level: string in {"full", "header"}, keep: duration }
advice note { text: string }
decision deny_wins {
  input { a: bool, b: bool, n: int in 0 .. 9 }
  rules deny_overrides {
    rule allow { when a then permit oblige log { level: "header", keep: 30 days } }
    rule stop  { when b then deny oblige log { level: "full", keep: 365 days } advise note { text: "n is {n}" } }
    rule fails { when 10 / n > 5 then deny }
  }
}
test deny_wins "permit" { given { a: true, b: false, n: 5 } expect permit by allow with log }
test deny_wins "deny"   { given { a: true, b: true, n: 5 }  expect deny by stop with log, note }
test deny_wins "an error is never permit" { given { a: true, b: false, n: 0 } expect error "PAC5002" }
test deny_wins "nobody" { given { a: false, b: false, n: 9 } expect error "PAC5005" }

decision permit_wins {
  input  { a: bool, b: bool }
  output { effect: effect }
  rules permit_overrides {
    rule stop  { when b then deny }
    rule allow { when a then permit }
    otherwise deny
  }
}
test permit_wins "permit" { given { a: true, b: true }   expect permit by allow }
test permit_wins "deny"   { given { a: false, b: true }  expect deny by stop }
test permit_wins "nobody" { given { a: false, b: false } expect deny by otherwise }
