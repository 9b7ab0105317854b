package examples edition 1

enum Color { }
//   ^^^^^ error[PAC1421]: enum `Color` has no value
//   = help: name at least one value

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: true }
}
