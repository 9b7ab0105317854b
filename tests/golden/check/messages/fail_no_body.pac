package examples edition 1

decision d {
//       ^ error[PAC1401]: decision `d` does not say how it decides
//       = help: write `rules by priority { … }`, `table unique { … }` or `result { … }`
  input { age: int in 0 .. 150 }
  output { ok: bool }
}
