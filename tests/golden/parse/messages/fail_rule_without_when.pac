package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  rules first {
    rule adult {
//       ^^^^^ error[PAC1028]: rule `adult` has no condition
//       = help: write `when` and a condition first; `when true` fires always
      then { ok: true }
    }
    otherwise { ok: false }
  }
}
