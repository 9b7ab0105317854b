package examples edition 1

decision adult {
  input { age: int in 0 .. 150, limit: int in 0 .. 30 }
  output { ok: bool }
  result { ok: age >= limit }
}

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: adult(age, 18).ok }
//                   ^^^ error[PAC1233]: arguments of decision `adult` are given by name
//                   = help: write `age: …`
}
