package lending.consumer_both edition 1

use lending.rates
use lending.other

decision d {
  input { band: Band, other: other.Band }
//              ^^^^ error[PAC1238]: `Band` is both in `lending.rates` and in `lending.other`
//              = help: say which: `lending.rates.Band` or `lending.other.Band`
  output { y: bool }
  result { y: band == prime and other == low }
}
