package examples edition 1

decision band {
  input  { age: int in 0 .. 120, member: bool }
  output { price: int in 0 .. 20 }
  rules first {
    rule child  { when age < 12 and (member or age > 64) then { price: 5 } }
//                                  ^^^^^^^^^^^^^^^^^^^^ warning[PAC2208]: this part of `child` is never true: `age > 64`
//                                  = help: leave it out
    otherwise { price: 10 }
  }
}
