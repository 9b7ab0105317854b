package examples edition 1

@author("credit desk")
//@2 ^^^^^^ error[PAC1219]: there is no annotation `@author`
decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age >= 18 }
}
