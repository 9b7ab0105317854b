package examples edition 1

// What comes before keeps the divisor from being zero: nothing is said.
decision share {
  input  { part: int in 0 .. 100, whole: int in 0 .. 100 }
  output { percent: decimal(1) }
  assume part <= whole
  rules first {
    rule none { when part == 0 then { percent: 0.0 } }
    otherwise { percent: round(part * 100 / whole, 1, half_up) }
  }
}
