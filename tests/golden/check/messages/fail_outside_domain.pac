package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { points: int in 0 .. 10 }
//         ------ also[PAC1323]: its domain is declared here
  result { points: 12 }
//                 ^^ error[PAC1323]: 12 is outside the domain of `points`
}
