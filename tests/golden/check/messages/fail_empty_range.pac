package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age in 65 .. 18 }
//                    ^^^^^^^^ error[PAC1321]: this range is empty
//                    = label: nothing lies in this range
//                    = help: the smaller end stands first
}
