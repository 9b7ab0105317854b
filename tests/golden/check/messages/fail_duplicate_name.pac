package examples edition 1

decision d {
  input { age: int in 0 .. 150, age: int }
//        --- also[PAC1209]: first here
//                              ^^^ error[PAC1209]: `age` stands here a second time
  output { ok: bool }
  result { ok: age >= 18 }
}
