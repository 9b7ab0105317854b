package examples edition 1

record Applicant {
  birth: date
  name: string
}

decision d {
  input { a: Applicant }
  output { ok: bool }
  result { ok: a.born <= 2008-01-01 }
//               ^^^^ error[PAC1203]: Applicant has no field `born`
}
