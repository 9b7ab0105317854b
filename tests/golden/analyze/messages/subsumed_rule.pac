package examples edition 1

decision band {
  input  { age: int in 0 .. 120, member: bool }
  output { price: int in 0 .. 20 }
  rules first {
    rule child  { when age < 12 then { price: 5 } }
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[PAC2205]: rule `child` of `band` adds nothing to another
//  = help: delete it
    rule young  { when age < 25 then { price: 5 } }
//  ----------------------------------------------- also[PAC2205]: `young` yields the same wherever it fires
    otherwise { price: 10 }
  }
}
