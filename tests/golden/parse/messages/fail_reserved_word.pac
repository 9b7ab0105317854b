package examples edition 1

decision d {
  input { is: bool }
//        ^^ error[PAC1017]: `is` is a reserved word and can't be a name
//        = help: the reserved words are `and or not in is if else true false`; choose another name
  output { ok: bool }
  result { ok: true }
}
