package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  input { name: string }
//^^^^^ error[PAC1030]: a second `input`
// = help: put all fields into one block
  output { ok: bool }
  rules first {
    rule adult {
      when age >= 18
      then { ok: true }
    }
    otherwise { ok: false }
  }
}
