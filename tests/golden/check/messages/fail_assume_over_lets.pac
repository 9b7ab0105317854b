package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  let twice = 2 * age
  assume twice < 200
//^^^^^^^^^^^^^^^^^^ error[PAC1422]: an `assume` reads inputs and context only
  result { ok: twice >= 18 }
}
