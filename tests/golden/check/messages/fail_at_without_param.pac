package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age at 2026-01-01 > 18 }
//             ^^^ error[PAC1336]: only a parameter can be read `at` a date
//             = help: `x at date` reads parameter x as of a date
}
