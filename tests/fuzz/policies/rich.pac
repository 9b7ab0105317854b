// What json_input and csv_input bind: every kind of field, and rules that read them. The seeds name
// decisions by their number, so new ones go to the end.
package rich edition 1

use std.dates

enum Purpose { housing, vehicle, other "OTHER PURPOSE" }
ordered enum Grade { low, middle, high }

record Address { city: string max 20 chars, zip: string? matches "[0-9]{5}" }
record Person {
  name:    string max 20 chars
  birth:   date >= 1900-01-01
  address: Address?
  tags:    set<string> max 4 items
  score:   decimal(3)?
}

param limit: decimal(2) {
  from 2025-01-01: 10.00
  from 2026-01-01: 12.50
}

decision everything {
  context { as_of: date >= 2025-01-01, now: datetime, caller: string?, zone "Europe/Helsinki" }
  input {
    flag:    bool
    count:   int
    tight:   int in 0 .. 5, 77
    amount:  decimal(2) in -1_000.00 .. 1_000_000.00
    wide:    decimal(10)?
    text:    string max 50 chars
    purpose: Purpose
    grade:   Grade?
    day:     date
    instant: datetime?
    span:    duration?
    person:  Person
    days:    list<date> max 5 items
    people:  list<Person> max 3 items
    nested:  list<list<int> max 3 items> max 2 items
  }
  feature seen: int? in 0 .. 9 of person.name max_age 30 days
  output {
    label:  string
    number: decimal(4)
    day:    date?
    people: list<Person> max 3 items
    grade:  Grade?
    span:   duration
  }
  assume flag or count < 1000
  let age = whole_years(person.birth, as_of, leap_day: feb_28)
  let who = caller default "nobody"
  let big = count(p in people where (p.score default 0.000) > 1.500)
  rules first {
    rule young    { when age < 18 and flag then { label: "young {person.name}", number: round(amount / 7, 4, half_even), day: day, people: people, grade: grade, span: span default 0 days } }
    rule listed   { when any d in days: d == day then { label: "{text} {day}", number: amount * 0.25, day: add_months(day, 1, end_of_month: clip), people: [], grade: missing, span: as_of - day } }
    rule numbers  { when wide default 0.0000000000 > limit then { label: "{amount}", number: round(wide default 0.0000000000, 4, half_up), day: missing, people: people, grade: grade, span: 3 days } }
    rule texts    { when text matches "(?i)[a-zä]{2,5}.*" and len(text) < 30 then { label: "{text}{text}", number: 1, day: missing, people: [], grade: high, span: span default 1 days } }
    rule shared   { when person.tags intersects {"a", "b", "€"} or any y in nested: y == [1, 2] then { label: "{purpose} {count}", number: sum(x for x in [tight, big]), day: missing, people: people, grade: low, span: 0 days } }
    rule features { when seen default 0 > 3 and grade default low >= middle then { label: "seen {who}", number: count * 3, day: missing, people: people, grade: middle, span: 0 days } }
    otherwise { label: "none {flag}", number: tight, day: day, people: people, grade: grade, span: span default 0 days }
  }
}

decision small {
  input  { x: int in -1_000 .. 1_000, y: decimal(2)? in 0.00 .. 99.99, s: string? in {"FI", "SE", "NO"} }
  output { z: decimal(2), reason: string }
  let land = s default "none"
  table unique {
    x      | y        | s       => z    | reason
    < 0    | -        | -       => 0.00 | "negative {x}"
    >= 0   | missing  | -       => 1.00 | "no y"
    >= 0   | <= 50.00 | missing => 2.00 | "no s"
    >= 10  | <= 60.00 | "FI"    => 3.00 | "{land}"
    0 .. 9 | present  | present => 4.00 | "rest"
  }
}

record Item { name: string max 10 chars, price: decimal(2) in 0.00 .. 999.99 }

decision folded {
  input  { items: list<Item> max 5 items, factor: int in 0 .. 1_000_000_000 }
  output { points: int, note: string }
  rules collect total = sum(points), n = count(), most = max(points), why = list(rule) {
    rule cheap for each i in items { when i.price < 10.00 then { points: factor * 3, note: i.name } }
    rule dear for each i in items  { when i.price >= 10.00 and i.name starts_with "d" then { points: factor * factor, note: "{i.price}" } }
    rule always                    { when true then { points: 1, note: "one" } }
  }
}

test small "no y" { given { x: 1 } expect { z: 1.00 } }
