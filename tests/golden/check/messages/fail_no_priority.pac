package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  rules by priority {
    rule adult {
//       ^^^^^ error[PAC1404]: rule `adult` has no priority
//       = help: write `rule adult priority 100 { … }`
      when age >= 18
      then { ok: true }
    }
    otherwise { ok: false }
  }
}
