package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  rules first {
//      ----- also[PAC1405]: this hit policy does not rank by priority
    rule adult priority 10 {
//             ^^^^^^^^^^^ error[PAC1405]: the priority of rule `adult` is never used
      when age >= 18
      then { ok: true }
    }
    otherwise { ok: false }
  }
}
