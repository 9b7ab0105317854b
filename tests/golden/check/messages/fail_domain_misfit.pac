package examples edition 1

decision d {
  input { age: int matches "[0-9]+" }
//                 ^^^^^^^^^^^^^^^^ error[PAC1319]: `matches` does not fit int
  output { ok: bool }
  result { ok: true }
}
