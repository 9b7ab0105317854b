package examples edition 1

decision d {
  input { age: integer }
//             ^^^^^^^ error[PAC1202]: there is no type `integer`
//             = help: whole numbers are `int`, others `decimal(2)` with the digits after the point
  output { ok: bool }
  result { ok: true }
}
