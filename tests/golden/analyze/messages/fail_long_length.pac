package examples edition 1

// A bound on the length that is too large for an automaton still leaves longer texts.
decision note {
  input  { text: string max 1_000 chars }
  output { kind: string }
  rules unique {
    rule short { when len(text) <= 500 then { kind: "short" } }
  }
}
