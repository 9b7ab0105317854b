package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  rules first {
    otherwise { ok: false }
//  ^^^^^^^^^^^^^^^^^^^^^^^ error[PAC1031]: `otherwise` stands last
    rule adult {
//  ---- also[PAC1031]: a rule after it
      when age >= 18
      then { ok: true }
    }
  }
}
