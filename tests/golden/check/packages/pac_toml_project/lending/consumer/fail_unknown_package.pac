package lending.consumer_typo edition 1

use lending.rats
//  ^^^^^^^^^^^^ error[PAC1235]: there is no package `lending.rats`
//  = note: looked for `lending/rats/*.pac` beside `pac.toml`
//  = help: did you mean `lending.rates`?
use company.credit.limits
//  ^^^^^^^^^^^^^^^^^^^^^ error[PAC1235]: there is no package `company.credit.limits`
//  = note: looked for `company/credit/limits/*.pac` beside `pac.toml`
//  = help: a package is the folder of its name: `package a.b` lies in `a/b`

decision d {
  input { x: int in 0 .. 9 }
  output { y: int }
  result { y: x }
}
