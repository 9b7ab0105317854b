package examples edition 1

param limit: int {
  from 2024-01-01: 18
//     ---------- also[PAC1419]: after this line
  from 2020-01-01: 21
//     ^^^^^^^^^^ error[PAC1419]: the lines of `limit` are not in order of their dates
}

decision d {
  context { as_of: date >= 2024-01-01 }
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age >= limit }
}
