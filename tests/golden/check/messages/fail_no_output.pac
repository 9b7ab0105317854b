package examples edition 1

decision d {
//       ^ error[PAC1402]: decision `d` has no output
//       = help: say what it decides: `output { eligible: bool }`
  input { age: int in 0 .. 150 }
  result { }
}
