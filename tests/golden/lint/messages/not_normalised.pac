package examples edition 1

decision d {
  input { name: string }
  output { ok: bool }
  result { ok: name in {"Mäkinen", "Mäkinen", "x̂"} }
//                      ^^^^^^^^^^ warning[PAC3011]: this text has a letter and its accent as two characters
//                      = note: it looks the same as the text with one character, and is not equal to it
//                      = help: type the letter anew
}
