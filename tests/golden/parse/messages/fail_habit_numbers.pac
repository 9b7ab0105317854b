package examples edition 1

decision d {
  input { amount: decimal(2) unit EUR in 0.00 .. 10_000.00 }
  output { ok: bool }
  rules first {
    rule comma {
      when amount <= 10,50
//                   ^^^^^ error[PAC1007]: `10,50` is not a number
//                   = label: a point stands before the decimals
//                   = help: write `10.50`
      then { ok: true }
    }
    rule thousands {
      when amount <= 1.000,00
//                   ^^^^^^^^ error[PAC1007]: `1.000,00` is not a number
//                   = label: a point stands before the decimals
//                   = help: write `1_000.00`
      then { ok: true }
    }
    rule currency {
      when amount <= 10.00 EUR
//                         ^^^ error[PAC1001]: unexpected `EUR`
//                         = help: a number takes the unit of what it stands beside, write `10.00`; the unit belongs to the type: `decimal(2) unit EUR`
      then { ok: true }
    }
    otherwise { ok: false }
  }
}
