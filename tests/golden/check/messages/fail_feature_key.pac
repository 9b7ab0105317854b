package examples edition 1

decision d {
  input { id: string, ids: list<string> max 3 items }
  feature score: int in 300 .. 850 of first_id
//                                    ^^^^^^^^ error[PAC1418]: the key of feature `score` of `d` can't be told before rules run
//                                    = help: a feature is looked up before rules run: its key is a field of the input or the context
  let first_id = "a"
  output { ok: bool }
  result { ok: score >= 700 }
}
