package examples edition 1

decision d {
  input { xs: list<int> max 9 items }
  output { total: int, mean: decimal(2) }
  result { total: sum(xs), mean: avg(xs) }
//                ^^^ error[PAC1205]: there is no function or decision `sum`
//                = help: name the items: `sum(x for x in xs)`
//                               ^^^ error[PAC1205]: there is no function or decision `avg`
//                               = help: write `round(sum(x for x in xs) / len(xs), 2, half_up)`
}
