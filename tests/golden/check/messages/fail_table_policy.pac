package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  table by priority {
//      ^^^^^^^^^^^ error[PAC1411]: a table can't be `by priority`
//      = help: rows have no priority and no `overrides`; write them as `rules`
    age   => ok
    >= 18 => true
    -     => false
  }
}
