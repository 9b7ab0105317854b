package examples edition 1

obligation record_call { days: int in 1 .. 90 }

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  rules first {
//      ----- also[PAC1408]: obligations need `deny_overrides` or `permit_overrides`
    rule adult {
      when age >= 18
      then { ok: true }
      oblige record_call { days: 30 }
//    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[PAC1408]: an obligation can't stand here
    }
    otherwise { ok: false }
  }
}
