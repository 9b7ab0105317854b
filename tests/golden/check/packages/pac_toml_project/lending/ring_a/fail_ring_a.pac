package lending.ring_a edition 1

use lending.ring_b
//  -------------- also[PAC1236]: on the way

enum A { a, b }
//@fail_ring_b.pac:3:5 error[PAC1236]: package `lending.ring_a` uses itself
//  = note: lending.ring_a -> lending.ring_b -> lending.ring_a
//  = help: move what both need into a package that uses neither
