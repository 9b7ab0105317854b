package examples edition 1

decision sign {
  input  { change: int in -100 .. 100 }
  output { sign: string }
  rules first {
    rule up   { when change > 0 then { sign: "+" } }
    rule down { when change < 0 then { sign: "-" } }
    rule same { when change == 0 then { sign: "=" } }
    otherwise { sign: "?" }
//  ^^^^^^^^^^^^^^^^^^^^^^^ warning[PAC2203]: the `otherwise` of `sign` is never used
//  = label: the rules leave nothing for it
  }
}
