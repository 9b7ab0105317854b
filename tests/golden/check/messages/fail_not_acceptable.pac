package examples edition 1

@accept(PAC1301, "we know") @accept(PAC9999, "we know")
//      ^^^^^^^ error[PAC1241]: `PAC1301` can't be accepted
//      = label: this is an error
//      = help: a warning can be accepted, by the code in its message; an error must be cured
//                                  ^^^^^^^ error[PAC1241]: `PAC9999` can't be accepted
//                                  = label: there is no such finding
//                                  = help: a warning can be accepted, by the code in its message; an error must be cured
@accept(PAC2002, "looked at by the analysis")
decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age >= 18 }
}
