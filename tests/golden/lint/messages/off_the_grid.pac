package examples edition 1

decision d {
  input { n: int, m: int in 0 .. 9, p: decimal(2) }
//                - also[PAC3002]: `m` is 0 .. 9
  output { a: bool, b: bool, c: bool, e: bool, f: bool }
  result { a: n == 0.5, b: m != 2.50 or n == 2.00, c: n in { 1, 1.5 }, e: p == 1.50, f: p == n + 0.25 }
//              ^^ warning[PAC3002]: this is false for every value of the domain
//              = note: an int has no digits after the point
//                           ^^ warning[PAC3002]: this is true for every value of the domain
//                           = help: take the test away, or correct its bound
//                                                              ^^^ warning[PAC3002]: this is false for every value of the domain
//                                                              = note: an int has no digits after the point
}
decision t {
  input { n: int }
  output { a: bool }
  table first {
    n   => a
    0.5 => true
//  ^^^ warning[PAC3002]: this is false for every value of the domain
//  = note: an int has no digits after the point
    -   => false
  }
}
