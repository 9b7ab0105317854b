package examples edition 1

param limit: int { from 2026-01-01: 100 }

decision allowed {
//       ^^^^^^^ warning[PAC2301]: `limit` in `allowed` may end in an error: it is read before its first line
//       = note: for example {"amount":0} in the context {"as_of":"2025-07-14"}
//       = help: add an earlier line, or narrow the domain of the date
  context { as_of: date in 2025-01-01 .. 2030-12-31, zone "Europe/Helsinki" }
  input  { amount: int in 0 .. 1_000 }
  output { ok: bool }
  result { ok: amount <= limit }
}
