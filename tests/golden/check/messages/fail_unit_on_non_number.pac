package examples edition 1

decision d {
  input { name: string unit EUR }
//                          ^^^ error[PAC1312]: string can't have a unit
  output { ok: bool }
  result { ok: true }
}
