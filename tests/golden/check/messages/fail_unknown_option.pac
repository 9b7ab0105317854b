package examples edition 1

decision d {
  input { price: decimal(2) }
  output { ok: bool }
  result { ok: round(price, 0, nearest) > 10 }
//                             ^^^^^^^ error[PAC1216]: `nearest` is no choice here: `half_up`, `half_even`, `half_down`, `up`, `down`, `ceiling`, `floor`
}
