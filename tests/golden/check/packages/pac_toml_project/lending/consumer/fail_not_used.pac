package lending.consumer_names edition 1

use lending.hidden

decision d {
  context { as_of: date }
  input { band: Band }
//              ^^^^ error[PAC1215]: `Band` belongs to `lending.rates`, which this file does not use
//              = help: add `use lending.rates` after the package line
  output { y: decimal(4), z: int }
  result { y: base_rate, z: twice(x: 4).y }
//            ^^^^^^^^^ error[PAC1215]: `base_rate` belongs to `lending.rates`, which this file does not use
//            = help: add `use lending.rates` after the package line
}
