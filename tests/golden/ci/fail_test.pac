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
//         ^^^^^^ error[PAC3102]: test "high" of `limit` fails
//         = label: in the interpreter and in native code
//         = note: amount: expected 90, got 100
//         = note: got {"decision":"examples.limit","status":"ok","output":{"amount":100},"fired":["high"]}
  given  { score: 700 }
  expect { amount: 90 } by high
}

test limit "low" {
  given  { score: 699 }
  expect { amount: 10 } by otherwise
}
