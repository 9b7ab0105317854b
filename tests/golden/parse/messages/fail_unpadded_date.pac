package examples edition 1

decision d {
  input { born: date }
  output { ok: bool }
  result { ok: born <= 2026-1-1 }
//                     ^^^^^^^^ error[PAC1010]: `2026-1-1` is not how a date is written
//                     = fix: write `2026-01-01`: "2026-1-1" -> "2026-01-01"
}
