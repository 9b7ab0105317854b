package examples edition 1

decision d {
  input { at: datetime }
  output { ok: bool }
  result { ok: at <= 2026-02-28T12:00 }
//                   ^^^^^^^^^^^^^^^^ error[PAC1009]: `2026-02-28T12:00` is not a date or instant
//                   = help: a date is written 2026-03-01, an instant in UTC 2026-03-01T09:00:00Z
}
