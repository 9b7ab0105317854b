package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { points: int in 0 .. 10 }
  rules collect score = total(points) {
//                      ^^^^^ error[PAC1223]: `total` does not fold contributions
//                      = note: contributions are folded by `sum(x)`, `min(x)`, `max(x)`, `count()` or `list(rule)`
    rule adult {
      when age >= 18
      then { points: 5 }
    }
  }
}
