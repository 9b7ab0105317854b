package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age.years > 18 }
//                 ^^^^^ error[PAC1324]: int has no fields, so no `years`
}
