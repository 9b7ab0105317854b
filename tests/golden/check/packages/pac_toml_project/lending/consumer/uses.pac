package lending.consumer edition 1

use lending.rates

decision offer {
  context { as_of: date, zone "Europe/Helsinki" }
  input { score: int in 300 .. 850, quote: lending.rates.Quote? }
  output { yearly: decimal(4), base: decimal(4) }
  let band: Band = if score >= 700 then prime else if score >= 500 then fair else rates.Band.weak
  rules first {
    rule quoted {
//  ^... warning[PAC2301]: `lending.rates.base_rate` in `offer` may end in an error: it is read before its first line
//  = note: for example {"quote":{"band":"prime","rate":"0.0000"},"score":300} in the context {"as_of":"1970-01-01"}
//  = help: add an earlier line, or narrow the domain of the date
      when quote is present and quote.band != weak
      then { yearly: quote.rate, base: base_rate }
    }
    otherwise { yearly: rate(band: band).yearly, base: rates.base_rate }
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[PAC2301]: `lending.rates.rate(band, as_of)` in `offer` may end in an error: in `lending.rates.rate`, which it calls: it is read before its first line
//  = note: for example {"score":300} in the context {"as_of":"1970-01-01"}
//  = help: add an earlier line, or narrow the domain of the date
  }
}

test offer "by score" cases {
  score | as_of      => yearly | base   | by
  700   | 2026-03-01 => 0.0300 | 0.0300 | otherwise
  499   | 2026-03-01 => 0.0700 | 0.0300 | otherwise
}

test offer "quoted" {
  given { score: 300, quote: { band: fair, rate: 0.0200 } }
  as_of 2026-03-01
  expect { yearly: 0.0200 } by quoted
}
