package examples edition 1

private decision share {
//               ^^^^^ warning[PAC2301]: `part * 100 / whole` in `share` may end in an error: division by zero
//               = note: for example {"part":0,"whole":0}
//               = help: test the divisor first, or give it a domain without 0
  input  { part: int in 0 .. 100, whole: int in 0 .. 100 }
  output { percent: decimal(1) }
  result { percent: round(part * 100 / whole, 1, half_up) }
}

// Never calls it with a whole of 0.
decision guarded {
  input  { part: int in 0 .. 100, whole: int in 0 .. 100 }
  output { percent: decimal(1) }
  rules first {
    rule some { when whole > 3 then { percent: share(part: part, whole: whole).percent } }
    otherwise { percent: if whole == 0 then 0.0 else share(part: part, whole: whole).percent }
  }
}

decision report {
//       ^^^^^^ warning[PAC2301]: `share(part, whole)` in `report` may end in an error: in `share`, which it calls: division by zero
//       = note: for example {"part":32,"whole":0}
//       = help: test the divisor first, or give it a domain without 0
  input  { part: int in 0 .. 100, whole: int in 0 .. 100 }
  output { percent: decimal(1) }
  result { percent: if part == 0 then 0.0 else share(part: part, whole: whole).percent }
}

// Two steps inside.
decision summary {
//       ^^^^^^^ warning[PAC2301]: `report(part, whole)` in `summary` may end in an error: in `report`, which it calls: division by zero
//       = note: for example {"part":32,"whole":0}
//       = help: test the divisor first, or give it a domain without 0
  input  { part: int in 0 .. 100, whole: int in 0 .. 100 }
  output { percent: decimal(1) }
  result { percent: report(part: part, whole: whole).percent }
}
