package examples edition 1

decision d {
  input { born: date }
  output { ok: bool }
  result { ok: born + 1 > 2026-01-01 }
//                  ^ error[PAC1304]: there is no date + int
//                  = help: write `30 days`, or `add_days(d, n)` from `std.dates`
}
