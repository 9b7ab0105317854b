package examples edition 1

use std.dates

decision due {
//       ^^^ warning[PAC2301]: `add_months(from, months, clip)` in `due` may end in an error: the result lies outside of the years 1 to 9999
//       = note: for example {"from":"9999-11-30","months":12}
//       = help: narrow the domain of the date, or of what is added to it
  input  { from: date >= 2020-01-01, months: int in 1 .. 12 }
  output { on: date }
  result { on: add_months(from, months, end_of_month: clip) }
}
