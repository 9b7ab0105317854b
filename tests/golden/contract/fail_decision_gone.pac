package examples edition 1
//      ^^^^^^^^ error[PAC3201]: decision `offer` is gone
//      = label: not in this package any more

decision limit {
  input { score: int in 300 .. 850 }
  output { amount: int in 0 .. 100 }
  result { amount: if score >= 700 then 100 else 10 }
}
//@fail_decision_gone.pac.old:9:10 also[PAC3201]: callers could call it
