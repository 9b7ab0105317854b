package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
//        --- also[PAC3002]: `age` is 0 .. 150
  output { ok: bool }
  result { ok: age >= 0 }
//                 ^^ warning[PAC3002]: this is true for every value of the domain
//                 = help: take the test away, or correct its bound
}
