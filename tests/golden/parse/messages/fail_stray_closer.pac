package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age >= 18 }
}
}
//@1 ^ error[PAC1014]: this `}` closes nothing
//  = label: nothing is open here that it could close
