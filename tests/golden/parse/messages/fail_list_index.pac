package examples edition 1

decision d {
  input { ages: list<int> max 5 items }
  output { ok: bool }
  result { ok: ages[0] >= 18 }
//                 ^ error[PAC1022]: lists have no index
//                 = label: after a value
//                 = help: ask about elements with `any x in xs: …`, `all`, `none`, or count them with `count(x in xs where …)`
}
