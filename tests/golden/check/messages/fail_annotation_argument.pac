package examples edition 1

@owner @risk(huge)
//@1 ^^^^^^ error[PAC1240]: `@owner` is not written like this
//  = help: write `@owner("credit desk")`
//     ^^^^^^^^^^^ error[PAC1240]: `@risk` is not written like this
//     = help: write `@risk(high)`; there are `low`, `medium` and `high`
decision d {
  input { age: int in 0 .. 150 @can_change(yes) @protected }
//                             ^^^^^^^^^^^^^^^^ error[PAC1240]: `@can_change` is not written like this
//                             = help: write `@can_change`
//                                              ^^^^^^^^^^ error[PAC1240]: `@protected` is not written like this
//                                              = help: write `@protected(age)`
  output { ok: bool }
  @accept(PAC3002)
//^^^^^^^^^^^^^^^^ error[PAC1240]: `@accept` is not written like this
// = help: write `@accept(PAC3002, "why it is meant")`
  result { ok: age >= 18 }
}

@accept(PAC3002, "")
//@1 ^^^^^^^^^^^^^^^^^^^^ error[PAC1240]: `@accept` is not written like this
//  = help: write `@accept(PAC3002, "why it is meant")`
record Person { id: string @pii("identifier") }
//                         ^^^^^^^^^^^^^^^^^^ error[PAC1240]: `@pii` is not written like this
//                         = help: write `@pii(identifier)`
