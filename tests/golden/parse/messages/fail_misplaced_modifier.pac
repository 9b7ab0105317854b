package examples edition 1

partial enum Color { red, green }
//@1 ^^^^^^^ error[PAC1032]: `partial` does not go with `enum`

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  rules first {
    rule adult {
      when age >= 18
      then { ok: true }
    }
    otherwise { ok: false }
  }
}
