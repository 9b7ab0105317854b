package examples edition 1

record Applicant {
  id: string @pii(identifier)
  name: string @pii(name)
//---- also[PAC3007]: personal data
}

decision d {
  input { a: Applicant, age: int in 0 .. 150 }
  output { ok: bool }
  rules first {
    rule adult {
      when age >= 18
      then { ok: true }
      explain en "{a.name} may apply."
//               ^^^^^^^^^^^^^^^^^^^^^ warning[PAC3007]: this text shows the personal data `name`
//               = help: leave it out, or mark the field `@disclose`
    }
    otherwise { ok: false }
  }
}
