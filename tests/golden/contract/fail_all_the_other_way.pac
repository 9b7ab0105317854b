package examples edition 1

enum Purpose { housing, vehicle }

record Person {
  id: string matches "[A-Z]{2}"
  tags: list<string> max 3 items
}

decision limit {
  input { who: Person, purpose: Purpose, score: int in 300 .. 850 }
  output { amount: decimal(2) in 0.00 .. 100.00, note: string? }
  result { amount: if score >= 700 and purpose == housing then 100.00 else 10.00, note: who.id }
}
