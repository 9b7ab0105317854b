package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  let a = b + 1
//        ^ error[PAC1224]: the value of `b` needs itself
  let b = a - 1
//    - also[PAC1224]: its value needs itself
  result { ok: a > 0 }
}
