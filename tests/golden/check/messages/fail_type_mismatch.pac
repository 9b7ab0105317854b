package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: "yes" }
//             ^^^^^ error[PAC1301]: this is string, wanted is bool
}
