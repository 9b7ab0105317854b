package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age = 18 }
//                 ^ error[PAC1019]: `=` does not compare
//                 = label: `=` gives a `let` its value
//                 = fix: write `==`: "=" -> "=="
}
