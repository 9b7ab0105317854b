package examples edition 1

decision band {
  input  { age: int in 0 .. 120 }
  output { band: string }
  rules first {
    rule young  { when age < 30 then { band: "young" } }
//  ---------------------------------------------------- also[PAC2201]: `young` comes before it
    rule older  { when age >= 25 then { band: "older" } }
//  ----------------------------------------------------- also[PAC2201]: `older` comes before it
    rule middle { when age in 20 .. 40 then { band: "middle" } }
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[PAC2201]: rule `middle` of `band` never decides
    otherwise { band: "none" }
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[PAC2203]: the `otherwise` of `band` is never used
//  = label: the rules leave nothing for it
  }
}
