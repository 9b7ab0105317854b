package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age / 0 > 1 }
//                   ^ error[PAC1333]: this divides by zero
}
