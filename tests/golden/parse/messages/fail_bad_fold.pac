package examples edition 1

decision d {
  input { ages: list<int> max 5 items }
  output { n: int }
  result { n: avg(a for a in ages) }
//            ^^^ error[PAC1025]: `avg` is not a fold
//            = label: does not fold a list
//            = help: the folds are `count(v in xs where …)` and `sum`, `min`, `max` as in `sum(v.amount for v in xs)`
}
