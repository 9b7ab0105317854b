package examples edition 1

// A bound on the length that is too large for an automaton still leaves longer texts.
decision note {
//       ^^^^ warning[PAC2901]: the analysis of `note` could not settle a question
//       = note: an input was looked for with len(text) > 500, and the one that was found does not show it:
//       = ...: {"text":""}
//       = note: the expression is `len(text) <= 500`
//       = note: given up after 1 input that the prover proposed
  input  { text: string max 1_000 chars }
  output { kind: string }
  rules unique {
    rule short { when len(text) <= 500 then { kind: "short" } }
  }
}
