package examples edition 1

record Person {
//     ^^^^^^ error[PAC1226]: record `Person` contains itself
//     = help: a record can't contain itself; use a list of identifiers instead
  name: string
  parent: Person?
}

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: true }
}
