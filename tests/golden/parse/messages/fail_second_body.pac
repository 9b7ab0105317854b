package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age >= 18 }
//------ also[PAC1036]: the first one
  result { ok: true }
//^^^^^^ error[PAC1036]: a decision decides in one way only
// = label: a decision has one `result`, `rules` or `table`; this is a further `result`
}
