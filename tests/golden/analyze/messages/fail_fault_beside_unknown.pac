package examples edition 1

use std.text

// The prover can't settle `upper_ascii(text) == "ABC" and text == "xyz"`. What does not hang on it is
// found all the same: beside it (the gap, and `late` over `early`), and inside of it (`never`).
decision code {
//       ^^^^ error[PAC2101]: no rule of `code` covers 18 % of all inputs
//       = note: n >= 9
//       = ...: for example {"n":9,"text":""}
//       = help: add a rule for them, or `otherwise { … }`
  input  { text: string max 20 chars, n: int in 0 .. 10 }
  output { kind: string }
  rules unique {
    rule shout { when upper_ascii(text) == "ABC" and text == "xyz" and n < 2 then { kind: "loud" } }
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[PAC2901]: the analysis of `code` could not settle a question
//  = note: an input was looked for with upper_ascii(text) "ABC", text "xyz" and n <= 1, and the one that was found does not show it:
//  = ...: {"n":0,"text":"xyz"}
//  = note: the expression is `upper_ascii(text)`
//  = note: given up after 1 input that the prover proposed
    rule never { when upper_ascii(text) == "ABC" and text == "xyz" and n < 2 and n > 4 then { kind: "none" } }
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[PAC2202]: rule `never` of `code` can never fire
//  = label: no input meets its conditions
    rule early { when n in 0 .. 5 then { kind: "early" } }
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[PAC2001]: rule `early` and another fire together in `code`
//  = note: both fire for n 5
//  = ...: for example {"n":5,"text":""}
    rule late  { when n in 5 .. 8 then { kind: "late" } }
//  ----------------------------------------------------- also[PAC2001]: `late` fires too
  }
}
