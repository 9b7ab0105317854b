package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  let a = age in {1, 2, 3}
  result { ok:
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
//  ^... error[PAC1016]: 1001 operands in a row, the limit is 1000
//  = help: many values of one field are a set, `x in {…}`; many cases are the rows of a table
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or
    a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a or a
    or a or a or a
  }
}
