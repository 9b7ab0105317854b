package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool, reason: string }
  result { ok: age >= 18 }
//       ^^^^^^^^^^^^^^^^^ error[PAC1335]: the output of d lacks `reason`
}
