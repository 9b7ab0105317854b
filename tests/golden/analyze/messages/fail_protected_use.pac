package examples edition 1

record Applicant {
  age: int in 0 .. 150 @protected(age)
//--- also[PAC2401]: protected here
}

decision d {
//       ^ error[PAC2401]: what `d` decides depends on the protected field `age`
//       = note: {"a":{"age":0}}
//       = ...: comes to {"ok":false}
//       = note: {"a":{"age":18}}
//       = ...: comes to {"ok":true}
//       = help: leave it out, or permit it by law: `may_use a.age cites …`
  input { a: Applicant }
  output { ok: bool }
  result { ok: a.age >= 18 }
}
