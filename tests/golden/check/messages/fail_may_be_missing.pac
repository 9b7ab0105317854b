package examples edition 1

decision d {
  input { age: int? }
  output { ok: bool }
  result { ok: age >= 18 }
//             ^^^ error[PAC1307]: `age` may be missing here
//             = label: may be missing here
//             = help: test it first (`age is present and …`) or give a value (`age default …`)
}
