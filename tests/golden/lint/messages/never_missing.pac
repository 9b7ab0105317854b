package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age is present }
//             ^^^^^^^^^^^^^^ warning[PAC3003]: `age` is never missing
//             = label: always true
}
