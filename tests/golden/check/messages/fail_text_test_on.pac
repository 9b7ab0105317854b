package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age starts_with "1" }
//             ^^^ error[PAC1332]: a text is wanted here, this is int
}
