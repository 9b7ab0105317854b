package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  rules unique with exceptions {
    rule adult overrides old {
//       ^^^^^ error[PAC1227]: rule `adult` overrides itself through others
      when age >= 18
      then { ok: true }
    }
    rule old overrides adult {
//       --- also[PAC1227]: which overrides it in turn
      when age > 65
      then { ok: false }
    }
    otherwise { ok: false }
  }
}
