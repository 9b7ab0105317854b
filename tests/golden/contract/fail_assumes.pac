package examples edition 1

decision limit {
  input { score: int in 300 .. 850 }
  output { amount: int in 0 .. 100 }
  assume score != 500
//^^^^^^^^^^^^^^^^^^^ error[PAC3207]: `limit` assumes something that it did not before
// = label: inputs that do not meet this are refused
  result { amount: if score >= 700 then 100 else 10 }
}
//@fail_assumes.pac.old:3:10 also[PAC3207]: did not ask for it
