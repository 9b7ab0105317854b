package examples edition 1

decision d {
  input { born: date }
  output { ok: bool }
  result { ok: born + 12 hours > 2026-01-01 }
//                    ^^^^^^^^ error[PAC1334]: a date moves by whole days
//                    = help: write whole days, as `30 days`, or `add_days(d, n)` from `std.dates`
}
