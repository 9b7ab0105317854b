package examples edition 2
//                       ^ error[PAC1213]: there is no edition 2
//                       = help: write `edition 1`

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age >= 18 }
}
