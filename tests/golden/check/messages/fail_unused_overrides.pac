package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  rules first {
//      ----- also[PAC1406]: `overrides` needs `unique with exceptions`
    rule adult {
      when age >= 18
      then { ok: true }
    }
    rule very_old overrides adult {
//                          ^^^^^ error[PAC1406]: rule `very_old` can't override here
      when age > 140
      then { ok: false }
    }
    otherwise { ok: false }
  }
}
