package examples edition 1

decision grown_up {
  context { as_of: date }
//          ----- also[PAC1417]: declared here
  input { born: date }
  output { ok: bool }
  result { ok: born <= as_of }
}

decision d {
  input { born: date }
  output { ok: bool }
  result { ok: grown_up(born: born).ok }
//             ^^^^^^^^^^^^^^^^^^^^ error[PAC1417]: `grown_up` reads `as_of` of the context, which is not declared here
//             = help: a caller declares what its callees read: `context { as_of: … }`
}
