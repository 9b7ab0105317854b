package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age and true }
//             ^^^ error[PAC1306]: a condition is true or false, this is int
//             = help: a condition is a comparison or a bool
}
