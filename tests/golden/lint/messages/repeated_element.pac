package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age in {18, 21, 18} }
//                     -- also[PAC3004]: first here
//                             ^^ warning[PAC3004]: 18 stands here twice
//                             = help: take it away, or correct it
}
