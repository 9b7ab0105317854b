package examples edition 1

decision band {
  input  { age: int in 0 .. 120, member: bool }
  output { price: int in 0 .. 20 }
  rules any {
    rule young  { when age < 25 then { price: 5 } }
//  ----------------------------------------------- also[PAC2204]: `young` yields the same
    rule old    { when age >= 65 then { price: 5 } }
//  ------------------------------------------------ also[PAC2204]: `old` yields the same
    rule edges  { when age < 20 or age > 70 then { price: 5 } }
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[PAC2204]: without rule `edges` nothing in `band` would change
//  = help: delete it
    otherwise { price: 10 }
  }
}
