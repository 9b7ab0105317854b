package examples edition 1

/* how it began */
//@1 ^ error[PAC1001]: unexpected `/`
//  = help: a comment begins with `//` and ends with its line
decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  rules first {
    rule a {
      -- the usual age
//    ^ error[PAC1001]: unexpected `-`
//    = help: a comment begins with `//` and ends with its line
      when age >= 18
      then { ok: true }
    }
    rule b {
      /* the usual age */
//    ^ error[PAC1001]: unexpected `/`
//    = help: a comment begins with `//` and ends with its line
      when age >= 18
      then { ok: true }
    }
    otherwise { ok: false }
  }
}
