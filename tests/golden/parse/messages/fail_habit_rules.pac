package examples edition 1

default allow = false
//@1 ^^^^^^^ error[PAC1001]: unexpected `default`
//  = help: what holds when no rule fires is the last of the rules: `otherwise { … }`

decision d {
  input { age: int in 0 .. 150, land: string, note: string? }
  output { ok: bool }
  rules by priority {
    rule drools salience 100 {
//              ^^^^^^^^ error[PAC1003]: `salience` is written `priority`
//              = fix: write `priority`: "salience" -> "priority"
      when age >= 18
      then { ok: true }
    }
    rule "quoted name" priority 90 {
      when age >= 18
      then { ok: true }
    }
    rule commas priority 80 {
      when age >= 18, land == "FI"
//                  ^ error[PAC1001]: unexpected `,`
//                  = help: conditions are joined by `and` or `or`
      then { ok: true }
    }
    rule twice priority 70 {
      when age >= 18
      when land == "FI"
//    ^^^^ error[PAC1030]: a second `when`
//    = help: a rule has one condition; join the two by `and`
      then { ok: true }
    }
    rule german priority 60 {
      wenn age >= 18
//    ^^^^ error[PAC1003]: `wenn` is written `when`
//    = fix: write `when`: "wenn" -> "when"
      then { ok: true }
    }
    rule program priority 50 {
      if age >= 18
//    ^^ error[PAC1003]: `if` is written `when`
//    = fix: write `when`: "if" -> "when"
      then { ok: true }
    }
    rule gives priority 40 {
      when age >= 18
      then return true
//         ^^^^^^ error[PAC1001]: unexpected `return`
//         = help: an outcome names its outputs: `then { field: value }`
    }
    rule brackets priority 30 {
      when land in ("FI", "SE")
//                      ^ error[PAC1001]: unexpected `,`
//                      = help: one of several values stands in braces: `x in {a, b}`
      then { ok: true }
    }
    rule present priority 20 {
      when exists note
//         ^^^^^^ error[PAC1001]: unexpected `exists`
//         = help: write `note is present`
      then { ok: true }
    }
    rule named priority 10 {
      when age >= 18
      then { ok := true }
//              ^^ error[PAC1003]: `:=` is written `:`
//              = fix: write `:`: ":=" -> ":"
    }
    else { ok: false }
  }
}
