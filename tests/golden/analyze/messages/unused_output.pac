package examples edition 1

enum Grade { prime, fair, weak }

decision rate {
//       ^^^^ warning[PAC2209]: no rule yields `Grade.fair`
//       = help: leave the value out of the enumeration, or add a rule that yields it
  input  { score: int in 300 .. 850 }
  output { grade: Grade }
  rules first {
    rule prime { when score >= 700 then { grade: prime } }
    otherwise { grade: weak }
  }
}
