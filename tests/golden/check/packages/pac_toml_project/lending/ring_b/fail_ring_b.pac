package lending.ring_b edition 1

use lending.ring_a
//  -------------- also[PAC1236]: on the way

enum B { a, b }
//@fail_ring_a.pac:3:5 error[PAC1236]: package `lending.ring_b` uses itself
//  = note: lending.ring_b -> lending.ring_a -> lending.ring_b
//  = help: move what both need into a package that uses neither
