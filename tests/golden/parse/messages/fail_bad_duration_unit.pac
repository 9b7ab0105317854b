package examples edition 1

decision d {
  input { open_for: duration }
  output { ok: bool }
  result { ok: open_for <= 3 months }
//                           ^^^^^^ error[PAC1011]: `months` is not a unit of a duration
//                           = label: has no fixed length
//                           = note: a duration is exact: `days`, `hours`, `minutes` or `seconds`
//                           = help: add calendar months to a date with `add_months(date, 3, end_of_month: clip)`
}
