package examples edition 1

decision limit {
  input { score: int in 300 .. 850 }
  output { amount: decimal(2) in 0.00 .. 100.00 }
  result { amount: if score >= 700 then 100.00 else 10.00 }
}
