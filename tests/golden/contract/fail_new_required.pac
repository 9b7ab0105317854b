package examples edition 1

decision limit {
  input { score: int in 300 .. 850, income: int in 0 .. 9_000 }
  output { amount: int in 0 .. 100 }
  result { amount: if score >= 700 and income > 500 then 100 else 10 }
}
