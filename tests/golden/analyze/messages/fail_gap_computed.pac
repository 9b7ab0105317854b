package examples edition 1

record Item { price: decimal(2) in 0.00 .. 1_000.00, fragile: bool }

decision shipping {
//       ^^^^^^^^ error[PAC2101]: no rule of `shipping` covers some inputs
//       = note: not (any i in items: i.fragile), weight >= limit and weight <= limit
//       = ...: for example {"items":[],"limit":0,"weight":0}
//       = help: add a rule for them, or `otherwise { … }`
  input  { items: list<Item> max 5 items, weight: int in 0 .. 100, limit: int in 0 .. 100 }
  output { class: string }
  rules first {
    rule careful { when any i in items: i.fragile then { class: "careful" } }
    rule light   { when weight < limit then { class: "light" } }
    rule heavy   { when weight > limit then { class: "heavy" } }
  }
}
