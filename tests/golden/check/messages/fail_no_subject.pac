package examples edition 1

record Address {
  street: string @pii(address)
//               ^^^^^^^^^^^^^ error[PAC1242]: personal data, and nothing says whose
//               = help: mark the field that says who it is: `id: string @pii(identifier)`, in this record or in one around it
}

record Person {
  id: string @pii(identifier)
  home: Address
}

decision whose {
  input { p: Person, other: Address }
  output { ok: bool }
  result { ok: p.home.street == other.street }
}

decision alone {
  input { name: string @pii(name) }
//                     ^^^^^^^^^^ error[PAC1242]: personal data, and nothing says whose
//                     = help: mark the field that says who it is: `id: string @pii(identifier)`, in this record or in one around it
  output { ok: bool }
  result { ok: name == "a" }
}
