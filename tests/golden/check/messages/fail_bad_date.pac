package examples edition 1

decision d {
  input { born: date }
  output { ok: bool }
  result { ok: born < 2026-02-30 }
//                    ^^^^^^^^^^ error[PAC1316]: `2026-02-30` is no date of the calendar
//                    = note: dates run from 0001-01-01 to 9999-12-31
}
