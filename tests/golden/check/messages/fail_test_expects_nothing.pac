package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age >= 18 }
}

test d "an adult" {
//     ^^^^^^^^^^ error[PAC1424]: test "an adult" expects nothing
//     = help: write `expect { … }`, `expect no_match`, `expect error "PAC…"` or `expect refused path`
  given { age: 20 }
}
