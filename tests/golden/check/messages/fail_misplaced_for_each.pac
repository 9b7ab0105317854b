package examples edition 1

decision d {
  input { ages: list<int> max 9 items }
  output { points: int }
  rules first {
//      ----- also[PAC1407]: `for each` needs `collect`
    rule adult for each a in ages {
//             ^^^^^^^^^^^^^^^^^^ error[PAC1407]: `for each` can't stand here
      when a >= 18
      then { points: 1 }
    }
    otherwise { points: 0 }
  }
}
