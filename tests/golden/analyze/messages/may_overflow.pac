package examples edition 1

decision price {
  input  { amount: decimal(2) in 0.00 .. 1_000_000.00, factor: int }
  output { total: decimal(2) }
  let half = factor * factor
//    ^^^^^^^^^^^^^^^^^^^^^^ warning[PAC2301]: `factor * factor` in `price` may end in an error: the result is too large
//    = note: for example {"amount":"0.00","factor":-9007199254740991}
//    = help: narrow the domains of what it is computed from
  rules first {
    rule large { when half > 1_000 then { total: amount * 2 } }
    otherwise { total: amount }
  }
}
