package lending.consumer_private edition 1

use lending.rates

decision d {
  context { as_of: date }
  input { band: Band, inner: Internal }
//                           ^^^^^^^^ error[PAC1237]: `Internal` is private in package `lending.rates`
//                           = help: only the files of its own package may use it; take `private` away to export it
  output { a: decimal(4), b: decimal(4) }
  result { a: margin(band: band).points, b: rates.floor_rate }
//            ^^^^^^ error[PAC1237]: `margin` is private in package `lending.rates`
//            = help: only the files of its own package may use it; take `private` away to export it
//                                          ^^^^^^^^^^^^^^^^ error[PAC1237]: `floor_rate` is private in package `lending.rates`
//                                          = help: only the files of its own package may use it; take `private` away to export it
}
//@rates.pac:4:14 also[PAC1237]: declared here, as `private`
//@rates.pac:16:18 also[PAC1237]: declared here, as `private`
//@rates.pac:6:15 also[PAC1237]: declared here, as `private`
