package examples edition 1

enum Purpose { housing, vehicle, education, other }
enum Grade { a, b, c }

decision listed {
  input { purpose: Purpose, big: bool }
  output { rate: int }
  table first {
    purpose   | big  => rate
    housing   | true => 1
    housing   | -    => 2
    vehicle   | -    => 3
    education | -    => 4
    -         | -    => 5
//  ^ warning[PAC3010]: `-` is only `other` today, and takes in every value that is added later
//  = help: write `other`, and a new value of the enum is an error until it has a row
  }
}

decision excluded {
  input { grade: Grade }
  output { ok: bool }
  table unique {
    grade      => ok
    a, b       => true
    not (a, b) => false
//  ^^^^^^^^^^ warning[PAC3010]: `not (a, b)` is only `c` today, and takes in every value that is added later
//  = help: write `c`, and a new value of the enum is an error until it has a row
  }
}

// These nets are wide, so they are meant.
decision meant {
  input { purpose: Purpose, grade: Grade }
  output { rate: int }
  table first {
    purpose     | grade => rate
    housing     | a     => 1
    not housing | a     => 2
    -           | b     => 3
    -           | -     => 4
  }
}
