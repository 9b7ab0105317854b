package examples edition 1

decision share {
  input  { part: int in 0 .. 100, whole: int in 0 .. 100 }
  output { percent: decimal(1) }
  rules first {
    rule none  { when part == 0 then { percent: 0.0 } }
    rule small { when part < 10 then { percent: round(part * 100 / whole, 1, half_up) } }
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[PAC2301]: `part * 100 / whole` in `share` may end in an error: division by zero
//  = note: for example {"part":1,"whole":0}
//  = help: test the divisor first, or give it a domain without 0
    rule large { when part > 9 then { percent: round(part * 100 / whole, 1, half_up) } }
//  ------------------------------------------------------------------------------------ also[PAC2301]: `large` here too
  }
}
