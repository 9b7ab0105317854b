package examples edition 1

decision limit {
  input { score: int in 400 .. 850 }
//        ^^^^^^^^^^^^^^^^^^^^^^^^ error[PAC3204]: input `score` of `limit` accepts less than before
//        = label: now int in 400 .. 850
//        = note: `300` is refused now
  output { amount: int in 0 .. 100 }
  result { amount: if score >= 700 then 100 else 10 }
}
//@fail_narrowed.pac.old:4:11 also[PAC3204]: before int in 300 .. 850
