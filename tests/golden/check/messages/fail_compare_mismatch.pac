package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age == "18" }
//             --- also[PAC1302]: int
//                 ^^ error[PAC1302]: int can't be compared with string
//                 = help: it stands without quotes: `18`
//                    ---- also[PAC1302]: string
}
