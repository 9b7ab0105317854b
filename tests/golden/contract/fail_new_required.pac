package examples edition 1

decision limit {
  input { score: int in 300 .. 850, income: int in 0 .. 9_000 }
//                                  ^^^^^^^^^^^^^^^^^^^^^^^^^ error[PAC3202]: input `income` of `limit` is new, and required
//                                  = label: callers do not give it
//                                  = help: let it be missing (`?`), and say what then holds
  output { amount: int in 0 .. 100 }
  result { amount: if score >= 700 and income > 500 then 100 else 10 }
}
