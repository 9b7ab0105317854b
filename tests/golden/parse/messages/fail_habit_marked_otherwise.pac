package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  rules by priority {
    rule a priority 2 { when age > 17 then { ok: true } }
    otherwise priority 1 { ok: false }
//            ^^^^^^^^ error[PAC1001]: unexpected `priority`
//            = help: `otherwise` has none: it fires exactly where no rule does
  }
}
