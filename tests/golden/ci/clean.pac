package examples edition 1

decision limit {
  input  { score: int in 300 .. 850 }
  output { amount: int in 0 .. 100 }
  rules first {
    rule high {
      when score >= 700
      then { amount: 100 }
    }
    otherwise { amount: 10 }
  }
}

test limit "high" {
  given  { score: 700 }
  expect { amount: 100 } by high
}

test limit "low" {
  given  { score: 699 }
  expect { amount: 10 } by otherwise
}
