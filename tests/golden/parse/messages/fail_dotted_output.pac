package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  table first {
    age   => output.ok
//           ^^^^^^^^^ error[PAC1033]: `output.ok` is not the name of an output
//           = help: right of `=>` stand the names of the `output` block
    >= 18 => true
    -     => false
  }
}
