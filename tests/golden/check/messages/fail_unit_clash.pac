package examples edition 1

decision d {
  input { price: decimal(2) unit EUR, fee: decimal(2) unit SEK }
  output { ok: bool }
  result { ok: price > fee }
//             ----- also[PAC1310]: EUR
//                   ^ error[PAC1310]: can't compare EUR and SEK
//                     --- also[PAC1310]: SEK
}
