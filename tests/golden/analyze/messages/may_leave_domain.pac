package examples edition 1

decision discount {
  input  { years: int in 0 .. 60 }
  output { percent: int in 0 .. 50 }
  let extra: int in 0 .. 55 = years
//    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[PAC2302]: `extra` in `discount` may lie outside of its domain
//    = note: for example {"years":58}
//    = help: widen the domain, or round or clamp the value
  rules first {
    rule long { when years > 10 then { percent: extra } }
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[PAC2302]: the output `percent` in `discount` may lie outside of its domain
//  = note: for example {"years":51}
//  = help: widen the domain, or round or clamp the value
    otherwise { percent: 0 }
  }
}
