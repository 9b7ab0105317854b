package examples edition 1

use std.dates

decision d {
  input { born: date }
  output { ok: bool }
  result { ok: whole_years(born, 2026-01-01, leap_day: feb_28, round: up) >= 18 }
//                                                             ^^^^^ error[PAC1230]: `whole_years` does not take this argument
//                                                             = help: write `whole_years(from, to, leap_day)`
}
