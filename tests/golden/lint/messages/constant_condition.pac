package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age in {} }
//             ^^^^^^^^^ warning[PAC3001]: this condition is always false
//             = label: nothing is in an empty set
}
