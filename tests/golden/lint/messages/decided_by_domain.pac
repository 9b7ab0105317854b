package examples edition 1

record Person { age: int in 0 .. 120, land: string in {"FI", "SE"} }
//              --- also[PAC3002]: `age` is 0 .. 120
//              --- also[PAC3002]: `age` is 0 .. 120
//              --- also[PAC3002]: `age` is 0 .. 120
//                                    ---- also[PAC3002]: `land` is "FI", "SE"
//                                    ---- also[PAC3002]: `land` is "FI", "SE"
enum Colour { red, green }

decision d {
  input {
    p: Person
    n: int in 1 .. 3, 7
//  - also[PAC3002]: `n` is 1 .. 3, 7
//  - also[PAC3002]: `n` is 1 .. 3, 7
    colour: Colour
    flag: bool
  }
  output { a: bool, b: bool, c: bool, e: bool, f: bool, g: bool, h: bool, i: bool }
  result {
    a: p.age < 0,
//           ^ warning[PAC3002]: this is false for every value of the domain
//           = help: correct the value, or the domain
    b: 200 > p.age,
//         ^ warning[PAC3002]: this is true for every value of the domain
//         = help: take the test away, or correct its bound
    c: p.land == "DE",
//            ^^ warning[PAC3002]: this is false for every value of the domain
//            = help: correct the value, or the domain
    e: n == 5,
//       ^^ warning[PAC3002]: this is false for every value of the domain
//       = help: correct the value, or the domain
    f: n in 4 .. 6 or p.age in 0 .. 120,
//                    ^^^^^^^^^^^^^^^^^ warning[PAC3002]: this is true for every value of the domain
//                    = help: take the test away, or correct its bound
    g: n in {1, 5},
//              ^ warning[PAC3002]: this is false for every value of the domain
//              = help: correct the value, or the domain
    h: colour in {red, green},
//     ^^^^^^^^^^^^^^^^^^^^^^ warning[PAC3001]: this condition is always true
//     = label: all values are named
//     = help: take the test away
    i: flag in {true, false}
//     ^^^^^^^^^^^^^^^^^^^^^ warning[PAC3001]: this condition is always true
//     = label: all values are named
//     = help: take the test away
  }
}

decision t {
  input { n: int in 1 .. 3, p: Person }
//        - also[PAC3002]: `n` is 1 .. 3
  output { ok: bool }
  table first {
    n       | p.land => ok
    1, 2, 1 | "DE"   => true
//        ^ warning[PAC3004]: 1 stands here twice
//        = help: take it away, or correct it
//            ^^^^ warning[PAC3002]: this is false for every value of the domain
//            = help: correct the value, or the domain
    8 .. 9  | "FI"   => true
//  ^^^^^^ warning[PAC3002]: this is false for every value of the domain
//  = help: correct the value, or the domain
    -       | -      => false
  }
}
