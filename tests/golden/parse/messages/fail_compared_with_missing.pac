package examples edition 1

decision d {
  input { age: int? }
  output { ok: bool }
  result { ok: age == missing }
//                    ^^^^^^^ error[PAC1021]: `missing` can't be compared with
//                    = label: is not a value
//                    = fix: write `is missing`: "== missing" -> "is missing"
}
