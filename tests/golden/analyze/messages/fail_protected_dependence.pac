package examples edition 1

record Person {
  age:    int in 18 .. 120 @protected(age)
//--- also[PAC2401]: protected here
//--- also[PAC2401]: protected here
  income: int in 0 .. 100_000
}

decision band {
//       ^^^^ error[PAC2401]: what `band` decides depends on the protected field `age`
//       = note: {"p":{"age":65,"income":10000}}
//       = ...: comes to {"band":2}
//       = note: {"p":{"age":18,"income":10000}}
//       = ...: comes to {"band":3}
//       = help: leave it out, or permit it by law: `may_use p.age cites …`
  input  { p: Person }
  output { band: int }
  let is_old = p.age >= 65
  rules first {
    rule low    { when p.income < 10_000 then { band: 1 } }
    rule retired { when is_old and p.income < 20_000 then { band: 2 } }
    otherwise { band: 3 }
  }
}

decision offer {
//       ^^^^^ error[PAC2401]: what `offer` decides depends on the protected field `age`
//       = note: {"p":{"age":65,"income":10000}}
//       = ...: comes to {"ok":true}
//       = note: {"p":{"age":18,"income":10000}}
//       = ...: comes to {"ok":false}
//       = help: leave it out, or permit it by law: `may_use p.age cites …`
  input  { p: Person }
  output { ok: bool }
  result { ok: band(p: p).band < 3 }
}
