package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { fee: int }
  result { fee: if age >= 18 then 10 }
//                                   ^ error[PAC1023]: this `if` has no `else`
//                                   = label: expected `else` here
//                                   = help: an `if` is a value and needs both: `if condition then a else b`
}
