package examples edition 1

partial decision limit {
//               ^^^^^ error[PAC3208]: `limit` may have no answer, which it always had before
//               = label: `partial` now
//               = help: add `otherwise { … }`, or let callers learn of `no_match` first
  input { score: int in 300 .. 850 }
  output { amount: int in 0 .. 100 }
  rules first {
    rule high { when score >= 700 then { amount: 100 } }
  }
}
//@fail_partial.pac.old:3:10 also[PAC3208]: answered every input
