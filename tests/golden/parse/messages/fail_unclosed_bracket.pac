package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: (age >= 18 }
//             ^ error[PAC1013]: this `(` is never closed
//             = label: opened here
//                        - also[PAC1013]: the text around it ends here
}
