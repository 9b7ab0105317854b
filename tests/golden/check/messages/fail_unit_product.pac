package examples edition 1

decision d {
  input { price: decimal(2) unit EUR, fee: decimal(2) unit SEK }
  output { ok: bool }
  result { ok: price * price > 0.0000 }
//                   ^ error[PAC1311]: EUR times EUR has no meaning
//                   = help: one of the two must be a plain number
}
