package examples edition 1

decision d {
  input { name: string max 2_000_000_000 chars }
//                     ^^^^^^^^^^^^^^^^^^^^^^^ error[PAC1228]: too much: characters of a string are limited to 1000000
  output { ok: bool }
  result { ok: true }
}
