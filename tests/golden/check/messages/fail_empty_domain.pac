package examples edition 1

decision d {
  input { age: int in 0 .. 10 in 20 .. 30 }
//             ^^^^^^^^^^^^^^^^^^^^^^^^^^ error[PAC1320]: this domain is empty
//             = label: no value is in this domain
  output { ok: bool }
  result { ok: true }
}
