package examples edition 1

decision d {
  input { price: decimal(2), age: int in 0 .. 2 }
  output { ok: bool }
  result { ok: round(price, age, half_up) > 1 }
//                          ^^^ error[PAC1326]: a constant is wanted here
//                          = help: write a whole number here
}
