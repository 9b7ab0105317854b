package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result age >= 18
//       ^^^^^^^^^ error[PAC1328]: a record can't stand here
//       = help: write `result { field: value }`
}
