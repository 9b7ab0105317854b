package examples edition 1

obligation record_call { days: int in 1 .. 90 }

decision d {
  input { age: int in 0 .. 150 }
  rules deny_overrides {
    rule adult {
      when age >= 18
      then permit
      oblige record_calls { days: 30 }
//           ^^^^^^^^^^^^ error[PAC1208]: there is no obligation `record_calls`
//           = help: did you mean `record_call`?
    }
    otherwise deny
  }
}
