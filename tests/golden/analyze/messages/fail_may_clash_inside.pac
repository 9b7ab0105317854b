package examples edition 1

private decision band {
  input  { points: int in 0 .. 100, late: bool }
  output { grade: int }
  rules unique {
    rule low { when points <= 40 then { grade: 1 } }
    rule high { when points > 40 then { grade: 2 } }
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[PAC2001]: rule `high` and another fire together in `band`
//  = note: both fire for points >= 91 and late true
//  = ...: for example {"late":true,"points":91}
    rule strict { when points > 90 and late then { grade: 3 } }
//  ----------------------------------------------------------- also[PAC2001]: `strict` fires too
  }
}

decision graded {
//       ^^^^^^ warning[PAC2301]: `band(points * 2, late)` in `graded` may end in an error: in `band`, which it calls: rules hold that must not hold together
//       = note: for example {"late":true,"points":46}
//       = help: settle the clash in the called decision, or test before what it is called with
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
