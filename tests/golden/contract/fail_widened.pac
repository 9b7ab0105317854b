package examples edition 1

decision limit {
  input { score: int in 300 .. 850 }
  output { amount: int in 0 .. 200 }
//         ^^^^^^^^^^^^^^^^^^^^^^^ error[PAC3205]: output `amount` of `limit` yields more than before
//         = label: now int in 0 .. 200
//         = note: `101` is new to callers
  result { amount: if score >= 700 then 200 else 10 }
}
//@fail_widened.pac.old:5:12 also[PAC3205]: before int in 0 .. 100
