package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: { age: 18 } }
//             ^^^^^^^^^^^ error[PAC1328]: a record can't stand here
//             = help: a record stands where a record is expected; name the field that is meant
}
