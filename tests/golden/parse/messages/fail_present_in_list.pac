package examples edition 1

decision d {
  input { age: int? }
  output { ok: bool }
  table first {
    age   => ok
    present, missing => true
//  ^^^^^^^ error[PAC1034]: `present` can't be combined
//  = help: `present` covers every value, so it stands alone in its cell
    -     => false
  }
}
