package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  table first {
    age   => ok
//  ----------- also[PAC1412]: the header
    >= 18 | - => true
//  ^^^^^^^^^^^^^^^^^ error[PAC1412]: this row has 2 conditions, the header 1
//  = help: each column of the header has a cell, between `|`; `-` is any value
    -     => false
  }
}
