package examples edition 1

decision limit {
//       ^^^^^ error[PAC3203]: input `income` of `limit` is gone
  input { score: int in 300 .. 850 }
  output { amount: int in 0 .. 100 }
  result { amount: if score >= 700 then 100 else 10 }
}
//@fail_field_gone.pac.old:4:37 also[PAC3203]: what callers give is refused as unknown
