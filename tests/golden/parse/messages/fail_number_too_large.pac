package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age <= 99_999_999_999_999_999_999 }
//                    ^^^^^^^^^^^^^^^^^^^^^^^^^^ error[PAC1008]: `99_999_999_999_999_999_999` is too large
//                    = label: does not fit an `int`
//                    = note: an `int` has 64 bits: at most 9_223_372_036_854_775_807
}
