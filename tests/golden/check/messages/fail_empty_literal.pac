package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  let xs = []
//         ^^ error[PAC1330]: the type of this empty list can't be told
//         = help: give the `let` a type: `let x: list<int> max 5 items = []`
  result { ok: len(xs) == 0 }
}
