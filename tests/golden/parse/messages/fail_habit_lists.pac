package examples edition 1

decision d {
  input { ages: list<int> max 5 items }
  output { n: int }
  let many = count(ages) > 2
//                     ^ error[PAC1001]: unexpected `)`
//                     = label: expected `in`
//                     = help: how many there are is `len(ages)`; how many of a kind is `count(v in ages where …)`
  let grown = any(a >= 18 for a in ages)
//            ^^^ error[PAC1025]: `any` is not a fold
//            = label: does not fold a list
//            = help: a test of a list is written `any v in xs: …`, `all v in xs: …` or `none v in xs: …`
  rule grown_up { when grown then { n: 1 } }
//^^^^ error[PAC1001]: unexpected `rule`
// = help: a rule stands among others: `rules first { rule name { when … then … } }`
}
