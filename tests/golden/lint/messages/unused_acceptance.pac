package examples edition 1

@accept(PAC3002, "kept from an older version")
//@1 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[PAC3008]: `PAC3002` is accepted here but never found
//  = label: nothing here has this code
//  = help: take it away
decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  result { ok: age >= 18 }
}
