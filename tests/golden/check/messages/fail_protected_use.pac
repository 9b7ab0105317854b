package examples edition 1

record Applicant {
  age: int in 0 .. 150 @protected(age)
//--- also[PAC1423]: protected here
}

decision d {
//       ^ error[PAC1423]: decision `d` uses the protected field `age`
//       = help: leave it out, or permit it by law: `may_use a.age cites …`
  input { a: Applicant }
  output { ok: bool }
  result { ok: a.age >= 18 }
}
