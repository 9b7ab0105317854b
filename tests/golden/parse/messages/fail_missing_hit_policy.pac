package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  rules {
//^^^^^ error[PAC1027]: `rules` needs a hit policy
// = label: what happens when several rules fire?
// = help: write `unique`, `unique with exceptions`, `any`, `first`, `by priority`, `by outcome column: best, next`, `by highest column`, `collect list`, `collect name = sum(column)`, `deny_overrides` or `permit_overrides`
    rule adult {
      when age >= 18
      then { ok: true }
    }
    otherwise { ok: false }
  }
}
