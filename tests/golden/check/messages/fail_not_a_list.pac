package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: any a in age: a > 18 }
//                      ^^^ error[PAC1325]: a list or set is wanted here, this is int
}
