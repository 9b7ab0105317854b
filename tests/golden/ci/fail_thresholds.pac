package examples edition 1
//      ^^^^^^^^ error[PAC3103]: rules and conditions that tests show: 50.0 %, and at least 100 % is asked for
//      = note: fail_thresholds.pac:21 limit, otherwise: no test reaches it
//      = note: fail_thresholds.pac:18 limit, high: `score >= 700` is always met
//      = help: pac test --generate proposes the tests that are missing
//      ^^^^^^^^ error[PAC3103]: mistakes that tests notice: 50.0 %, and at least 90 % is asked for
//      = note: fail_thresholds.pac:18 limit, high: `score >= 700` left out
//      = note: fail_thresholds.pac:18 limit, high: `score >= 700` -> `score >= 699`
//      = note: fail_thresholds.pac:21 limit, otherwise: `10` -> `11`
//      = note: fail_thresholds.pac:21 limit, otherwise: `otherwise` left out
//      = help: pac test --generate proposes the tests that are missing

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
