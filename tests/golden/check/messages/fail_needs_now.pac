package examples edition 1

decision d {
  input { id: string }
  feature score: int in 300 .. 850 of id max_age 30 days
//        ^^^^^ error[PAC1416]: the age of `score` needs the instant `now`
//        = help: age is measured at `now`: `context { now: datetime }`
  output { ok: bool }
  result { ok: score >= 700 }
}
