package examples edition 1

decision d {
  input { pause: duration }
  output { ok: bool }
  result { ok: pause < 300_000_000 days }
//                     ^^^^^^^^^^^^^^^^ error[PAC1315]: `300_000_000 days` is too large
}
