package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok age >= 18 }
//           ^ error[PAC1018]: a `:` is missing
//           = label: between a name and its value or type stands `:`
//           = fix: write `:`: "" -> ":"
}
