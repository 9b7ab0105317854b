package examples edition 1

use std.text

// The prover can't settle `upper_ascii(text) == "ABC" and text == "xyz"`. What does not hang on it is
// found all the same: beside it (the gap, and `late` over `early`), and inside of it (`never`).
decision code {
  input  { text: string max 20 chars, n: int in 0 .. 10 }
  output { kind: string }
  rules unique {
    rule shout { when upper_ascii(text) == "ABC" and text == "xyz" and n < 2 then { kind: "loud" } }
    rule never { when upper_ascii(text) == "ABC" and text == "xyz" and n < 2 and n > 4 then { kind: "none" } }
    rule early { when n in 0 .. 5 then { kind: "early" } }
    rule late  { when n in 5 .. 8 then { kind: "late" } }
  }
}
