package examples edition 1

// Nothing is told of what is accepted, within the rule, the field or the declaration that says so.
decision d {
  input { age: int in 0 .. 150 }
//        --- also[PAC3002]: `age` is 0 .. 150
  output { ok: bool }
  rules first {
    @accept(PAC3002, "the form still allows it")
//  ^... warning[PAC2202]: rule `a` of `d` can never fire
//  = label: no input meets its conditions
    rule a {
      when age < 0
      then { ok: true }
    }
    rule b {
      when age >= 0
//         ^^^^^^^^ warning[PAC2207]: this condition of `b` is always true: `age >= 0`
//         = help: leave it out
//             ^^ warning[PAC3002]: this is true for every value of the domain
//             = help: take the test away, or correct its bound
      then { ok: false }
    }
    otherwise { ok: false }
//  ^^^^^^^^^^^^^^^^^^^^^^^ warning[PAC2203]: the `otherwise` of `d` is never used
//  = label: the rules leave nothing for it
  }
}

@accept(PAC3002, "the same")
decision e {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age <= 150 }
}
