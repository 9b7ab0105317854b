package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  rules first {
    rule "of age" { when age >= 18 then { ok: true } }
//       ^^^^^^^^ error[PAC1001]: unexpected text "of age"
//       = label: expected a name without quotes
//       = help: write `rule of_age { … }`
    rule b { when age >= 19 then { ok: true } }
    else { ok: false }
//  ^^^^ error[PAC1003]: `else` is written `otherwise`
//  = fix: write `otherwise`: "else" -> "otherwise"
  }
}

decision e {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  rules first {
    rule b { when age >= 19 then { ok: true } }
    default { ok: false }
//  ^^^^^^^ error[PAC1003]: `default` is written `otherwise`
//  = fix: write `otherwise`: "default" -> "otherwise"
  }
}
