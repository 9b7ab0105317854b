package examples edition 1

decision d {
  input { n: int in 0 .. 9, day: date, pause: duration }
  output { a: int, b: decimal(2), c: date, e: duration, f: int, ok: bool }
  result {
    a: n + (9_223_372_036_854_775_807 + 1),
//         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[PAC1315]: `(9_223_372_036_854_775_807 + 1)` is too large
//         = note: an int lies between -9_223_372_036_854_775_808 and 9_223_372_036_854_775_807
    b: 1.00 + 99_999_999_999_999_999_999_999_999_999_999_999.00 * 10.00,
//            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[PAC1315]: `99_999_999_999_999_999_999_999_999_999_999_999.00 * 10.00` is too large
//            = note: a decimal has at most 38 digits in all
    c: 2026-01-01 + 9_999_999 days,
//     ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[PAC1316]: `2026-01-01 + 9_999_999 days` is no date of the calendar
//     = note: dates run from 0001-01-01 to 9999-12-31
    e: pause + 100_000_000 days * 2,
//             ^^^^^^^^^^^^^^^^^^^^ error[PAC1315]: `100_000_000 days * 2` is too large
//             = note: a duration has at most 292,000 years
    f: -(-9_223_372_036_854_775_807 - 1),
//     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[PAC1315]: `-(-9_223_372_036_854_775_807 - 1)` is too large
//     = note: an int lies between -9_223_372_036_854_775_808 and 9_223_372_036_854_775_807
    ok: day < 2026-01-01 + 30 days and n < 9_223_372_036_854_775_806 + 1 and n / (3 - 3) > 1
//                                                                               ^^^^^^^ error[PAC1333]: this divides by zero
  }
}
