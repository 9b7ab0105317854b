package examples edition 1

decision band {
  input  { age: int in 0 .. 120, member: bool }
  output { price: int in 0 .. 20 }
  table unique {
    age              | member => price
    child: < 12      | -      => 0
    young: 12 .. 24  | -      => 5
    grown: 25 .. 64  | -      => 10
    old:   65 .. 79  | -      => 5
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ note[PAC2206]: the row `old` of `band` and another can be one row
//  = help: write one row with age >= 65
    aged:  >= 80     | -      => 5
//  ------------------------------ also[PAC2206]: `aged` is alike but for one column
  }
}
