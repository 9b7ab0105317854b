package examples edition 1

decision d {
  input { name: string }
  output { ok: bool }
  result { ok: name matches "[a-z" }
//                          ^^^^^^ error[PAC1322]: this pattern can't be used: regular expression, character 1: `[` is never closed; write `\[` for the character itself
}
