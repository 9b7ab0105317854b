package examples edition 1

use std.text

record Person {
  name: string max 20 chars @protected(origin)
//---- also[PAC1423]: protected here
  code: string max 20 chars
}

decision band {
//       ^^^^ error[PAC1423]: it is not proved that `band` leaves the protected field `name` out of account
//       = note: the inputs that were found do not show it
//       = help: leave it out, or permit it by law: `may_use p.name cites …`
  input  { p: Person }
  output { band: int }
  rules first {
    rule odd { when upper_ascii(p.name) == "ABC" and p.name == "xyz" then { band: 1 } }
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[PAC2901]: the analysis of `band` could not settle a question
//  = note: an input was looked for with upper_ascii(p.name) "ABC" and p.name "xyz", and the one that was found does not show it:
//  = ...: {"p":{"code":"","name":"xyz"}}
//  = note: the expression is `upper_ascii(p.name)`
//  = note: given up after 1 input that the prover proposed
    otherwise { band: 2 }
  }
}
