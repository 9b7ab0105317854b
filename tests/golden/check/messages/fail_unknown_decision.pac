package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age >= 18 }
}

test e "an adult" {
//   ^ error[PAC1206]: there is no decision `e`
  given { age: 20 }
  expect { ok: true }
}
