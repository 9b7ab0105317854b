package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age < 18 or age > 65 and age < 100 }
//                      ^^ warning[PAC1024]: `and` and `or` without brackets
//                      = label: `or` joins
//                      = fix: write the brackets that are meant now: "age > 65 and age < 100" -> "(age > 65 and age < 100)"
//                                  --- also[PAC1024]: what `and` has joined before it
}
