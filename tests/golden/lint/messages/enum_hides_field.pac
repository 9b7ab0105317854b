package examples edition 1

enum Purpose { housing, vehicle }

decision d {
  input { housing: Purpose, p: Purpose }
  output { ok: bool }
  result { ok: p == housing }
//                  ^^^^^^^ warning[PAC3005]: `housing` is read as the value of `Purpose`, and there is a field of that name
//                  = help: write `Purpose.housing` for the value, `input.housing` for the field
}
