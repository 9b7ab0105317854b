package examples edition 1

decision eligibility {
  input  { age: int in 0 .. 120, score: int in 300 .. 850 }
  output { eligible: bool }
  rules by priority {
    rule minor priority 200 { when age < 18 then { eligible: false } }
    rule good  priority 100 { when score >= 700 then { eligible: true } }
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[PAC2002]: rule `good` contradicts another in `eligibility`
//  = note: both fire for age >= 81 and score >= 700
//  = ...: for example {"age":81,"score":700}
    rule old   priority 100 { when age > 80 then { eligible: false } }
//  ------------------------------------------------------------------ also[PAC2002]: `old` fires too, with another outcome
    otherwise { eligible: false }
  }
}
