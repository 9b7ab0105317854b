package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  rules unique with exceptions {
    rule adult {
      when age >= 18
      then { ok: true }
    }
    rule very_old overrides adults {
//                          ^^^^^^ error[PAC1207]: there is no rule `adults` in this decision
//                          = help: did you mean `adult`?
      when age > 140
      then { ok: false }
    }
    otherwise { ok: false }
  }
}
