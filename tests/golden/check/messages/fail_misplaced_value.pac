package examples edition 1

record Applicant { age: int in 0 .. 150 }

decision d {
  input { a: Applicant }
  output { ok: bool }
  result { ok: a.age >= 18 }
}

test d "an adult" {
  given { a: 20 }
//           ^^ error[PAC1329]: a record `{ … }` is wanted here
  expect { ok: true }
}
