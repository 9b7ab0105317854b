package examples edition 1

record date { day: int }
//     ^^^^ error[PAC1211]: `date` is a reserved name
//     = label: a type of the language
//     = help: take another name

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: true }
}
