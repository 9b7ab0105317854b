package examples edition 1

decision band {
  input  { age: int in 0 .. 120, member: bool }
  output { price: int in 0 .. 20 }
  rules first {
    rule child  { when age < 12 and age <= 18 then { price: 5 } }
//                                  ^^^^^^^^^ warning[PAC2207]: this condition of `child` is always true: `age <= 18`
//                                  = help: leave it out
    otherwise { price: 10 }
  }
}
