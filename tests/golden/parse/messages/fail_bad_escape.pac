package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { text: string }
  result { text: "C:\data" }
//                  ^^ error[PAC1006]: `\d` is not an escape
//                  = help: the escapes are `\"`, `\\`, `\n`, `\t`, `\r` and `\u{…}`
//                  = help: a backslash itself, as in a pattern, is written `\\`
}
