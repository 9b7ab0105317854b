package examples edition 1

decision d {
  input { names: list<string> max 9 items }
  output { ok: bool }
  result { ok: sum(n for n in names) == 0 }
//                 ^ error[PAC1331]: only numbers have a sum, not string
}
