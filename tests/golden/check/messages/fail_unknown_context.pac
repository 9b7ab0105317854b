package examples edition 1

decision d {
  context { today: date }
//          ^^^^^ error[PAC1218]: `today` is not part of the context
//          = note: the context has `as_of`, `now`, `caller`, `tenant` and `protection`; everything else is `input`
  input { born: date }
  output { ok: bool }
  result { ok: born <= today and born <= context.today }
}
