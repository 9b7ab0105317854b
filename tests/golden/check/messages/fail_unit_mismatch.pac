package examples edition 1

decision d {
  input { price: decimal(2) unit EUR, fee: decimal(2) unit SEK }
  output { total: decimal(2) unit EUR }
  result { total: fee }
//                ^^^ error[PAC1309]: this is in SEK, wanted is EUR
//                = help: an exchange rate without a unit can't turn one into the other; take the amount in EUR as an input
}
