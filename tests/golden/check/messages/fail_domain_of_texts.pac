package examples edition 1

enum Colour { red "", green }
//                ^^ error[PAC1329]: a name for data is wanted here
//                = help: say how the value looks in data, or leave the text out: then it is `red`

decision d {
  input {
    none:   string in {}
//          ^^^^^^^^^^^^ error[PAC1320]: this domain is empty
//          = label: no value is in this domain
    digits: string in {"ab", "cd"} matches "[0-9]+"
//          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[PAC1320]: this domain is empty
//          = label: no value is in this domain
    long:   string in {"abc"} max 2 chars
//          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[PAC1320]: this domain is empty
//          = label: no value is in this domain
    fine:   string in {"abc", "12"} matches "[0-9]+"
    flag:   bool in {true}
//               ^^^^^^^^^ error[PAC1319]: `in` does not fit bool
    colour: Colour
  }
  output { ok: bool }
  result { ok: fine == "12" }
}
