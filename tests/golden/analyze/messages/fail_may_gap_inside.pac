package examples edition 1

private decision band {
//               ^^^^ error[PAC2101]: no rule of `band` covers 0.99 % of all inputs
//               = note: points 40
//               = ...: for example {"points":40}
//               = help: add a rule for them, or `otherwise { … }`
  input  { points: int in 0 .. 100 }
  output { grade: int }
  rules unique {
    rule low { when points < 40 then { grade: 1 } }
    rule high { when points > 40 then { grade: 2 } }
  }
}

decision graded {
//       ^^^^^^ warning[PAC2301]: `band(min(points + bonus, 100))` in `graded` may end in an error: in `band`, which it calls: no rule covers what it is called with
//       = note: for example {"bonus":10,"points":30}
//       = help: make the called decision complete, or test before what it is called with
  input  { points: int in 0 .. 100, bonus: int in 0 .. 10 }
  output { grade: int }
  result { grade: band(points: min(points + bonus, 100)).grade }
}

decision safe {
  input  { points: int in 50 .. 100 }
  output { grade: int }
  result { grade: band(points: points).grade }
}

// The assume of `half` is not evaluated for 0.
private decision half {
  input  { of: int in 0 .. 100, parts: int in 0 .. 9 }
  assume of / parts > 1
  output { half: int }
  result { half: of }
}

decision asks {
//       ^^^^ warning[PAC2301]: `half(of, parts)` in `asks` may end in an error: division by zero
//       = note: for example {"of":50,"parts":0}
//       = help: test the divisor first, or give it a domain without 0
  input  { of: int in 50 .. 100, parts: int in 0 .. 9 }
  output { half: int }
  result { half: half(of: of, parts: parts).half }
}
