package examples edition 1

decision d {
  input { n: int }
  output { ok: bool, least: int }
  result { ok: n < -(-9_223_372_036_854_775_808), least: -9_223_372_036_854_775_808 }
//                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[PAC1008]: `-(-9_223_372_036_854_775_808)` is too large
//                 = note: it is one more than the largest number of 64 bits
}
