package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  rules first {
//^^^^^^^^^^^ error[PAC1403]: decision `d` has no rules
  }
}
