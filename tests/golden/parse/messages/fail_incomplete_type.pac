package examples edition 1

decision d {
  input { price: decimal }
//               ^^^^^^^ error[PAC1026]: the type `decimal` is not complete
//               = help: a decimal names its digits after the point: `decimal(2)`
  output { ok: bool }
  result { ok: price > 10.00 }
}
