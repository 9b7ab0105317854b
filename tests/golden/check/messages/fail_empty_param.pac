package examples edition 1

param limit: int {
//    ^^^^^ error[PAC1420]: parameter `limit` has no line
//    = help: add a line such as `from 2026-01-01: 100`
}

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age >= 18 }
}
