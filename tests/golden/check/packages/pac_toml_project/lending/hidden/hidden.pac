package lending.hidden edition 1

use lending.rates

record Case { band: Band }

decision twice {
  input { x: int in 0 .. 9 }
  output { y: int }
  result { y: x * 2 }
}
