package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { text: string }
  result { text: "a‮b" }
//                 ^ error[PAC1012]: a hidden mark that changes the direction of text
//                 = label: makes the text around it look different from what it says
//                 = help: delete it; a string can name the character as \u{…}
}
