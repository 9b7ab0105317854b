package examples edition 1

decision limit {
  input { score: int in 300 .. 850 }
  output { amount: decimal(2) in 0.00 .. 100.00 }
//         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[PAC3206]: output `amount` of `limit` is of another type than before
//         = label: now decimal(2) in 0.00 .. 100.00
  result { amount: if score >= 700 then 100.00 else 10.00 }
}
//@fail_retyped.pac.old:5:12 also[PAC3206]: before int in 0 .. 100
