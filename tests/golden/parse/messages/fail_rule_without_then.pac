package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  rules first {
    rule adult {
//       ^^^^^ error[PAC1029]: rule `adult` has no outcome
//       = help: write `then { … }` after the condition
      when age >= 18
    }
    otherwise { ok: false }
  }
}
