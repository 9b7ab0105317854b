package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: agee >= 18 }
//             ^^^^ error[PAC1201]: nothing is named `agee` here
//             = help: did you mean `age`?
}
