package examples edition 1

param computed: int {
  from 2026-01-01: 3 + 4
//                 ^^^^^ error[PAC1326]: a constant is wanted here
//                 = help: a parameter is a figure, not computed: write the value
}
param codes: list<string matches "[A-Z]{2}"> max 2 items {
//           ------------------------------------------- also[PAC1323]: its domain is declared here
//           ------------------------------------------- also[PAC1323]: its domain is declared here
  from 2026-01-01: ["FI", "se"]
//                 ^^^^^^^^^^^^ error[PAC1323]: "se" is outside the domain of `codes`
  from 2027-01-01: ["FI", "SE", "NO"]
//                 ^^^^^^^^^^^^^^^^^^ error[PAC1323]: a list of 3 items is outside the domain of `codes`
}
param letter: string max 1 chars {
//            ------------------ also[PAC1323]: its domain is declared here
  from 2026-01-01: "AB"
//                 ^^^^ error[PAC1323]: "AB" is outside the domain of `letter`
}

decision d {
  context { as_of: date }
  input { code: string max 2 chars }
  output { ok: bool }
  result { ok: code in codes and len(letter) < computed }
}
