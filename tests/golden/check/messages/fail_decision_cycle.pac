package examples edition 1

decision d {
//       ^ error[PAC1225]: decision `d` calls itself
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: d(age: age).ok }
}
