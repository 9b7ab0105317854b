package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { text: string }
  result { text: "adult }
//               ^^^^^^^^ error[PAC1004]: this text is not closed on its line
//               = label: begins here and runs to the end of the line
//               = help: close it with `"`; a line break inside a text is written `\n`
}
