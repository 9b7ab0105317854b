package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  rules deny_overrides {
//^^^^^^^^^^^^^^^^^^^^ error[PAC1409]: `effect` and this hit policy don't belong together
// = help: write `output { effect: effect }`, or leave `output` out
    rule adult {
      when age >= 18
      then permit
    }
    otherwise deny
  }
}
