package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age >= 18 }  # adults
//                          ^ error[PAC1002]: `#` is not part of the language
//                          = help: a comment begins with `//`
}
