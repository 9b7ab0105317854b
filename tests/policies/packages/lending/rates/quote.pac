package lending.rates edition 1

record Quote {
  band: Band
  rate: decimal(4) in 0.0000 .. 1.0000
}

test rate "tests of a package may stand in any of its files" cases {
  band | as_of      => yearly
  fair | 2026-03-01 => 0.0400
}
