package examples edition 1

use std.finance

decision payment {
//       ^^^^^^^ warning[PAC2301]: `annuity(loan, 0.05, years * 12, 2, half_up)` in `payment` may end in an error: an argument is none that it takes
//       = note: for example {"loan":"0.01","years":0}
//       = help: narrow the domains of the arguments, or test them first
  input  { loan: decimal(2) in 0.00 .. 1_000_000.00, years: int in 0 .. 30 }
  output { monthly: decimal(2) }
  result { monthly: annuity(loan, 0.05, years * 12, 2, half_up) }
}
