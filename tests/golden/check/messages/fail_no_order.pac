package examples edition 1

enum Class { low, middle, high }
//   ----- also[PAC1303]: declared here

decision d {
  input { c: Class }
  output { ok: bool }
  result { ok: c < high }
//               ^ error[PAC1303]: Class has no order
//               = help: declare it as `ordered enum` if its values have an order
}
