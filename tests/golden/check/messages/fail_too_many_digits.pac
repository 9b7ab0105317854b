package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { fee: decimal(2) }
  result { fee: 10.125 }
//              ^^^^^^ error[PAC1314]: more digits than the 2 after the point that fit here
}
