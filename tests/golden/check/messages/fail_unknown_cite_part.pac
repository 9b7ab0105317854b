package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  cites eurlex "32023L2225" chapter "4"
//                          ^^^^^^^ error[PAC1221]: a citation has no part `chapter`
  result { ok: age >= 18 }
}
