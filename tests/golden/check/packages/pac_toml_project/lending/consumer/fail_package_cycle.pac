package lending.consumer_ring edition 1

use lending.ring_a

decision d {
  input { x: int in 0 .. 9 }
  output { y: int }
  result { y: x }
}
//@fail_ring_b.pac:3:5 error[PAC1236]: package `lending.ring_a` uses itself
//  = note: lending.ring_a -> lending.ring_b -> lending.ring_a
//  = help: move what both need into a package that uses neither
//@fail_ring_a.pac:3:5 also[PAC1236]: on the way
