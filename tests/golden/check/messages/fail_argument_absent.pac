package examples edition 1

use std.dates

decision d {
  input { born: date }
  output { ok: bool }
  result { ok: whole_years(born, leap_day: feb_28) >= 18 }
//             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[PAC1231]: `whole_years` needs the argument `to`
//             = help: write `whole_years(from, to, leap_day)`
}
