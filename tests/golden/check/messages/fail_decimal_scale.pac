package examples edition 1

decision d {
  input { x: decimal(40) }
//           ^^^^^^^^^^^ error[PAC1313]: a decimal has 0 to 38 digits after the point, not 40
  output { ok: bool }
  result { ok: true }
}
