package examples edition 1

decision d {
  input { born: date }
  output { ok: bool }
  result { ok: whole_years(born, 2026-01-01, leap_day: feb_28) >= 18 }
//             ^^^^^^^^^^^ error[PAC1215]: `whole_years` belongs to `std.dates`, which this file does not use
//             = help: add `use std.dates` after the package line
}
