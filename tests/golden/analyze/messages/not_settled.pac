package examples edition 1

use std.text

decision code {
  input  { text: string max 20 chars }
  output { kind: string }
  rules first {
    rule shout { when upper_ascii(text) == "ABC" and text == "xyz" then { kind: "loud" } }
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[PAC2901]: the analysis of `code` could not settle a question
//  = note: an input was looked for with upper_ascii(text) "ABC" and text "xyz", and the one that was found does not show it:
//  = ...: {"text":"xyz"}
//  = note: the expression is `upper_ascii(text)`
//  = note: given up after 1 input that the prover proposed
    otherwise { kind: "other" }
  }
}
