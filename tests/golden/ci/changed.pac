package examples edition 1

decision limit {
//       ^^^^^ note[PAC3104]: `limit` answers otherwise than in the base
//       = label: differs
//       = note: `otherwise` -> `high` for score 680 .. 699
//       = ...: amount: 10 -> 100
//       = ...: for example {"score":680}
  input  { score: int in 300 .. 850 }
  output { amount: int in 0 .. 100 }
  rules first {
    rule high {
      when score >= 680
      then { amount: 100 }
    }
    otherwise { amount: 10 }
  }
}

test limit "high" {
  given  { score: 680 }
  expect { amount: 100 } by high
}

test limit "low" {
  given  { score: 679 }
  expect { amount: 10 } by otherwise
}
