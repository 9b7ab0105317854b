package examples edition 1

decision d {
  input { age: int, ages: list<int> max 9 items }
  output { ok: bool }
  result { ok: any age in ages: age > 18 }
//                 ^^^ warning[PAC3006]: `age` hides a field or a let of the decision
}
