decision d {
//@1 ^^^^^^^^ error[PAC1035]: the file does not name its package
//  = help: begin the file with `package company.area edition 1`
  input { age: int in 0 .. 150 }
  output { ok: bool }
  rules first {
    rule adult {
      when age >= 18
      then { ok: true }
    }
    otherwise { ok: false }
  }
}
