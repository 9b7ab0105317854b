package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: mod(age) == 0 }
//             ^^^^^^^^ error[PAC1232]: `mod` takes 2 arguments, here are 1
//             = help: write `mod(a, b)`
}
