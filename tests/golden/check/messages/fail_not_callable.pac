package examples edition 1

record Applicant {
  birth: date
  name: string
}

decision d {
  input { a: Applicant }
  output { ok: bool }
  result { ok: a.birth(1) == 1 }
//             ^^^^^^^ error[PAC1234]: only functions and decisions can be called
//             = help: a call is `name(…)`; write `and`, `or` or `*` where that is meant
}
