package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: maximum(age, 18) == 18 }
//             ^^^^^^^ error[PAC1205]: there is no function or decision `maximum`
}
