package examples edition 1

record Person {
  age:    int in 18 .. 120 @protected(age)
  income: int in 0 .. 100_000
}

// It reads the age, and decides the same for every age.
decision band {
  input  { p: Person }
  output { band: int }
  rules unique {
    rule young { when p.age < 65 and p.income < 10_000 then { band: 1 } }
    rule old   { when p.age >= 65 and p.income < 10_000 then { band: 1 } }
    rule rest  { when p.income >= 10_000 then { band: 2 } }
  }
}
