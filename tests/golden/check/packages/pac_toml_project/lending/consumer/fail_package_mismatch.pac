package lending.consumer_mixed edition 1

use lending.mixed
//  ------------- also[PAC1212]: looked up for this `use`

decision d {
  input { x: Mixed }
  output { y: bool }
  result { y: x == a }
}
//@other.pac:1:9 error[PAC1212]: this file is in package `lending.mixd`, its folder in `lending.mixed`
//  = help: name the package as its folder, or move the file
