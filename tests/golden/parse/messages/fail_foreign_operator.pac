package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age >= 18 && age <= 65 }
//                       ^^ error[PAC1003]: `&&` is written `and`
//                       = fix: write `and`: "&&" -> "and"
}
