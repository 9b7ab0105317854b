package examples edition 1

enum Purpose { housing, vehicle, boat }

record Person {
  id: string matches "[A-Z]{2,3}"
  tags: list<string> max 5 items
  email: string?
}

decision limit {
  input { who: Person, purpose: Purpose, score: decimal(1) in 0.0 .. 900.0 }
  output { amount: decimal(2) in 0.00 .. 90.00, note: string, reason: string }
  result {
    amount: if score >= 700.0 and purpose == housing then 90.00 else 10.00,
    note: who.id,
    reason: "score",
  }
}
