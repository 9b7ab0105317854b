package examples.credit edition 1
//      ^^^^^^^^^^^^^^^ error[PAC3210]: package `examples` is called `examples.credit` now
//      = note: callers name decisions with their package

decision limit {
  input { score: int in 300 .. 850 }
  output { amount: int in 0 .. 100 }
  result { amount: if score >= 700 then 100 else 10 }
}
//@fail_renamed.pac.old:1:9 also[PAC3210]: the name before
