package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { fee: int }
  result { fee: missing }
//              ^^^^^^^ error[PAC1308]: `missing` can't stand here
//              = help: `missing` is a value only where the type ends in `?`
}
