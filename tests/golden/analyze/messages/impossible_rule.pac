package examples edition 1

decision check {
  input  { from: int in 0 .. 100, to: int in 0 .. 100, age: int in 0 .. 120 }
  output { ok: bool }
  assume from <= to
  rules first {
    rule turned { when from > to then { ok: false } }
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[PAC2202]: rule `turned` of `check` can never fire
//  = label: no input meets its conditions
    rule both   { when age < 18 and age > 65 then { ok: false } }
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[PAC2202]: rule `both` of `check` can never fire
//  = label: no input meets its conditions
    otherwise { ok: true }
  }
}
