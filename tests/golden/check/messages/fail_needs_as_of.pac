package examples edition 1

param limit: int {
  from 2020-01-01: 18
}

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age >= limit }
//                    ^^^^^ error[PAC1415]: `limit` needs the date `as_of`
//                    = help: declare it: `context { as_of: date }`
}
