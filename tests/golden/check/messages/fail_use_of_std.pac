package examples edition 1

use std
//  ^^^ error[PAC1214]: there is no module `std`
//  = help: name one of its modules: `use std.dates`
use std.dates.years
//  ^^^^^^^^^^^^^^^ error[PAC1214]: there is no module `std.dates.years`
//  = help: name one of its modules: `use std.dates`

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age > 17 }
}
