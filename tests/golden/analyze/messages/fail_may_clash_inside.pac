package examples edition 1

private decision band {
  input  { points: int in 0 .. 100, late: bool }
  output { grade: int }
  rules unique {
    rule low { when points <= 40 then { grade: 1 } }
    rule high { when points > 40 then { grade: 2 } }
    rule strict { when points > 90 and late then { grade: 3 } }
  }
}

decision graded {
  input  { points: int in 0 .. 50, late: bool }
  output { grade: int }
  result { grade: band(points: points * 2, late: late).grade }
}

// Never more than 90 points.
decision safe {
  input  { points: int in 0 .. 45, late: bool }
  output { grade: int }
  result { grade: band(points: points * 2, late: late).grade }
}
