package examples edition 1

decision d {
  input { names: list<string?> max 50 items }
//                    ^^^^^^^ error[PAC1318]: items of a list can't be missing
//                    = help: leave missing items out of the list
  output { ok: bool }
  result { ok: true }
}
