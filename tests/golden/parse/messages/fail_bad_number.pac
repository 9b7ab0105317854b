package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age <= 65_ }
//                    ^^^ error[PAC1007]: `65_` is not a number
//                    = help: a `_` stands between two digits: 10_000.00
}
