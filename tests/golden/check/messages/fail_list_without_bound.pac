package examples edition 1

decision d {
  input { names: list<string> }
//               ^^^^^^^^^^^^ error[PAC1317]: `list<string>` has no bound
//               = help: say how many items there can be: `max 100 items`
  output { ok: bool }
  result { ok: true }
}
