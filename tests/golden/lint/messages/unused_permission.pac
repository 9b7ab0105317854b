package examples edition 1

record Person {
  id: string @pii(identifier)
  age: int in 0 .. 150 @protected(age)
  sex: string @protected(sex)
}

decision d {
  input { p: Person }
  output { ok: bool }
  may_use p.age cites iri "https://example.org/statute"
  may_use p.id cites iri "https://example.org/statute"
//        ^^^^ warning[PAC3009]: `may_use p.id` permits nothing
//        = label: it is not `@protected`
//        = help: take the clause away
  may_use p.sex cites iri "https://example.org/statute"
//        ^^^^^ warning[PAC3009]: `may_use p.sex` permits nothing
//        = label: the decision does not read it
//        = help: take the clause away
  result { ok: p.age >= 18 }
}
