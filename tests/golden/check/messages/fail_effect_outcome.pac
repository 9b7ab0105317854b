package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  rules deny_overrides {
    rule adult {
      when age >= 18
      then true
//         ^^^^ error[PAC1410]: the outcome is `permit` or `deny`
//         = help: write `then permit` or `then deny`
    }
    otherwise deny
  }
}
