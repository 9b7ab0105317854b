package examples edition 1

decision d {
  context { as_of: date, zone "Helsinki" }
//                       ^^^^^^^^^^^^^^^ error[PAC1217]: there is no time zone "Helsinki"
//                       = note: there is no time zone `Helsinki` in /usr/share/zoneinfo; check the spelling, as in `Europe/Helsinki`
//                       = help: names are those of the IANA database, as "Europe/Helsinki"
  input { born: date }
  output { ok: bool }
  result { ok: born <= as_of }
}
