package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  cites celex "32023L2225"
//      ^^^^^ error[PAC1220]: there is no citation system `celex`
  result { ok: age >= 18 }
}
