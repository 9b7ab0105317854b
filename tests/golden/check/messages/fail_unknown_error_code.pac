package examples edition 1

decision d {
  input { n: int in 0 .. 9 }
  output { m: int }
  result { m: 9 - n }
}
test d "spelt wrong" { given { n: 1 } expect error "PAC501" }
//                                    ^^^^^^^^^^^^^^^^^^^^^ error[PAC1216]: `PAC501` is no choice here: PAC5001 to PAC5012
//                                    = note: these are the errors that a decision ends in; docs/errors.md says what each means
//                                    = help: did you mean `PAC5001`?
test d "no error at all" { given { n: 1 } expect error "overflow" }
//                                        ^^^^^^^^^^^^^^^^^^^^^^^ error[PAC1216]: `overflow` is no choice here: PAC5001 to PAC5012
//                                        = note: these are the errors that a decision ends in; docs/errors.md says what each means
test d "a refusal" { given { n: 1 } expect error "PAC5111" }
//                                  ^^^^^^^^^^^^^^^^^^^^^^ error[PAC1216]: `PAC5111` is no choice here: PAC5001 to PAC5012
//                                  = note: these are the errors that a decision ends in; docs/errors.md says what each means
//                                  = help: an input that is refused before it is decided: `expect refused field`
test d "one of them" { given { n: 1 } expect error "PAC5002" }
