package examples edition 1

enum Color { red "R", rose "R" }
//               --- also[PAC1210]: also the wire name of this value
//                         ^^^ error[PAC1210]: two values have the wire name "R"

decision d {
  input { c: Color }
  output { ok: bool }
  result { ok: true }
}
