package examples edition 1

record Person {
  id: string @exact @pii(identifier)
//           ^^^^^^ error[PAC1239]: `@exact` does not belong here
//           = help: it stands with a decision or a rule
}

@can_change
//@1 ^^^^^^^^^^^ error[PAC1239]: `@can_change` does not belong here
//  = help: it stands with a field of a record, an input or a feature
decision d {
  input { p: Person }
  output { ok: bool @protected(age) }
//                  ^^^^^^^^^^^^^^^ error[PAC1239]: `@protected` does not belong here
//                  = help: it stands with a field of a record, an input or a feature
  result { ok: p.id == "a" }
}
