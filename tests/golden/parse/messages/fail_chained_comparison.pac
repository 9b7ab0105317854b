package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: 18 <= age <= 65 }
//                       ^^ error[PAC1020]: comparisons do not chain
//                       = label: the comparison before it is complete
//                       = help: write `a < x and x < b`, or a range: `x in a .. b`
}
