package lending.rates edition 1

// Of the package itself.
private enum Internal { a, b }

private param floor_rate: decimal(4) {
  from 2025-01-01: 0.0100
}

param base_rate: decimal(4) {
  from 2025-01-01: 0.0300
}

enum Band { prime, fair, weak }

private decision margin {
  input { band: Band }
  output { points: decimal(4) }
  table unique {
    band  => points
    prime => 0.0000
    fair  => 0.0100
    weak  => 0.0400
  }
}

decision rate {
//       ^^^^ warning[PAC2301]: `base_rate` in `rate` may end in an error: it is read before its first line
//       = note: for example {"band":"prime"} in the context {"as_of":"1775-08-01"}
//       = help: add an earlier line, or narrow the domain of the date
  context { as_of: date }
  input { band: Band }
  output { yearly: decimal(4) }
  result { yearly: max(base_rate + margin(band: band).points, floor_rate) }
}

record Quote {
  band: Band
  rate: decimal(4) in 0.0000 .. 1.0000
}
