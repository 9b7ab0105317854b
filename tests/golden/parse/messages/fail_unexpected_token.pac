package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result ok: age >= 18
//         ^ error[PAC1001]: unexpected `:`
//         = label: expected an operator, or the next clause
}
