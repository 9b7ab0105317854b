package examples edition 1

@author("credit desk")
//@2 ^^^^^^ error[PAC1219]: there is no annotation `@author`
//  = note: there are `@owner`, `@risk`, `@pii`, `@disclose`, `@protected`, `@can_change`, `@exact` and `@accept`
decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age >= 18 }
}
