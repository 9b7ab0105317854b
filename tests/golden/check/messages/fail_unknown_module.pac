package examples edition 1

use std.date
//  ^^^^^^^^ error[PAC1214]: there is no module `std.date`
//  = help: did you mean `dates`?

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age >= 18 }
}
