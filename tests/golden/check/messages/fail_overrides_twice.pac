package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  rules unique with exceptions {
    rule a overrides b, b { when age > 17 then { ok: true } }
//                      ^ error[PAC1209]: `b` stands here a second time
//                      = help: take it away: a rule overrides another or it does not
    rule b overrides otherwise { when age > 15 then { ok: false } }
//                   ^^^^^^^^^ error[PAC1207]: there is no rule `otherwise` in this decision
//                   = help: `otherwise` fires only where no rule does, so there is nothing to override
    otherwise { ok: false }
  }
}
