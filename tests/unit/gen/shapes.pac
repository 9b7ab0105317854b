// Every type that an input can have, and names that C++ can't.
package gen.class edition 1

enum Colour { red, green "GRÜN", delete, linux "unix\\" }
record Item { name: string max 20 chars, price: decimal(2) in 0.00 .. 999.99, paid: date? }

decision switch {
  input {
    flag:      bool
    items:     list<Item> max 5 items
    tags:      set<string> max 4 items
    sums:      list<decimal(2)> max 5 items
    double:    decimal(2)
    class:     Colour
    Colour:    Colour?
    short:     decimal(3)? in 0.000 .. 9.999
    long_span: duration
    at:        datetime
    namespace: Item?
  }
  output {
    namespace: Item?
    double:    decimal(2)
    class:     Colour
    short:     decimal(3)?
    tags:      set<string> max 4 items
    sums:      list<decimal(2)> max 5 items
    first_at:  datetime
    Colour:    Colour?
    found:     bool
  }
  result {
    namespace: namespace, double: double, class: class, short: short, tags: tags, sums: sums,
    first_at: at, Colour: Colour, found: flag and len(items) == 2
  }
}

decision listed {
  input  { items: list<Item> max 5 items }
  output { name: string, price: decimal(2) }
  rules collect list {
    rule all for each i in items { when i.price > 0.00 then { name: i.name, price: i.price } }
  }
}
