package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { reason: string }
  result { reason: "age {age" }
//                 ^^^^^^^^^^ error[PAC1337]: this text is no template: a `{` without its `}`
//                 = help: between braces stands a field or a let: `{applicant.amount}`; `{{` is the character itself
}
