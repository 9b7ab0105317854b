package examples edition 1

use company.credit
//@1 ^^^^^^^^^^^^^^^^^^ error[PAC1229]: not supported in this version: use of another package
//  = help: put the declarations into files of one folder with the same `package` line

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age >= 18 }
}
