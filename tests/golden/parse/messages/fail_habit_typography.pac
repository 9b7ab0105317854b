package examples edition 1

decision d {
  input { score: int in 300 – 850, amount: decimal(2) in 0.00 .. 50 000.00, day: date }
//                          ^ error[PAC1003]: `–` is written `..`
//                          = fix: write `..`: "–" -> ".."
//                                                               ^^^^^^^^^ error[PAC1007]: `50 000.00` is not a number
//                                                               = fix: write `50_000.00`: "50 000.00" -> "50_000.00"
  output { ok: bool, why: string }
  let young   = score in 700 — 800
//                           ^ error[PAC1003]: `—` is written `..`
//                           = fix: write `..`: "—" -> ".."
  let less    = amount – 5.00 > 1
//                     ^ error[PAC1003]: `–` is written `-`
//                     = fix: write `-`: "–" -> "-"
  let old     = day < 2026–01–31
//                    ^^^^^^^^^^ error[PAC1010]: `2026–01–31` is not how a date is written
//                    = fix: write `2026-01-31`: "2026–01–31" -> "2026-01-31"
  let large   = amount ≥ 10 000 ∧ score ≠ 5
//                     ^ error[PAC1003]: `≥` is written `>=`
//                     = fix: write `>=`: "≥" -> ">="
//                       ^^^^^^ error[PAC1007]: `10 000` is not a number
//                       = fix: write `10_000`: "10 000" -> "10_000"
//                              ^ error[PAC1003]: `∧` is written `and`
//                              = fix: write `and`: "∧" -> "and"
//                                      ^ error[PAC1003]: `≠` is written `!=`
//                                      = fix: write `!=`: "≠" -> "!="
  let thin    = score < 400
//                   ^ error[PAC1002]: `U+2009` is not part of the language
//                   = help: this is a space of typesetters; write an ordinary one
//                   = fix: write an ordinary space: " " -> " "
  let hid­den = score < 5
//       ^ error[PAC1002]: `U+00AD` is not part of the language
//       = help: this is a soft hyphen, which is seen at the end of a line only; delete it
//       = fix: delete it: "­" -> ""
  table first {
    score => ok | why
    > 500 => true | “yes”
//                  ^^^^^ error[PAC1005]: these quotes do not hold text
//                  = label: text stands in straight double quotes
//                  = fix: write `"yes"`: "“yes”" -> ""yes""
    < 500 => true | “yes"
//                  ^^^^^ error[PAC1005]: these quotes do not hold text
//                  = label: text stands in straight double quotes
//                  = fix: write `"yes"`: "“yes"" -> ""yes""
    > 400 => true | "no”
//                  ^^^^ error[PAC1005]: these quotes do not hold text
//                  = label: text stands in straight double quotes
//                  = fix: write `"no"`: ""no”" -> ""no""
    -     → false | ‘none’
//        ^ error[PAC1003]: `→` is written `=>`
//        = fix: write `=>`: "→" -> "=>"
//                  ^^^^^^ error[PAC1005]: these quotes do not hold text
//                  = label: text stands in straight double quotes
//                  = fix: write `"none"`: "‘none’" -> ""none""
  }
}
