package examples edition 1

enum Purpose { housing, vehicle "CAR" }

decision d {
  input {
    purpose: Purpose
    born: date
    name: string
    score: int in 0 .. 9
    amount: decimal(2) unit EUR in 0.00 .. 100.00
  }
  output { a: bool, b: bool, c: bool, e: bool, f: bool, g: bool, h: bool, i: bool, j: decimal(2) unit EUR }
  let fee = 20.00
  result {
    a: purpose == "CAR",
//     ------- also[PAC1302]: Purpose
//             ^^ error[PAC1302]: Purpose can't be compared with string
//             = help: a value of an enum stands without quotes: `vehicle`
//                ----- also[PAC1302]: string
    b: born < "2000-01-01",
//     ---- also[PAC1302]: date
//          ^ error[PAC1302]: date can't be compared with string
//          = help: it stands without quotes: `2000-01-01`
//            ------------ also[PAC1302]: string
    c: name == 5,
//     ---- also[PAC1302]: string
//          ^^ error[PAC1302]: string can't be compared with int
//          = help: a text stands in quotes: `"5"`
//             - also[PAC1302]: int
    e: name < "b",
//          ^ error[PAC1303]: string has no order
//          = help: texts are equal or not; what has an order is an `int`, a `decimal`, a `date` or an `ordered enum`
    f: True,
//     ^^^^ error[PAC1201]: nothing is named `True` here
//     = help: write `true`
    g: born < today(),
//            ^^^^^ error[PAC1205]: there is no function or decision `today`
//            = help: nothing reads the clock: declare `context { as_of: date }` and write `as_of`
    h: age(born) > 18,
//     ^^^ error[PAC1205]: there is no function or decision `age`
//     = help: `use std.dates`, then `whole_years(born, as_of)`
    i: name.length() > 5,
//     ^^^^^^^^^^^ error[PAC1234]: only functions and decisions can be called
//     = help: functions take what they work on in brackets: `len(x)`
    j: fee
//     ^^^ error[PAC1309]: this is in no unit, wanted is EUR
//     = help: give what it comes from the unit: `let fee: decimal(2) unit EUR = …`
  }
}

// Lists are fine after `in`, and a choice between literals takes a unit as a literal does.
decision fine {
  input { purpose: Purpose, amount: decimal(2) unit EUR in 0.00 .. 100.00 }
  output { a: bool, b: bool }
  result { a: purpose in [housing], b: amount < (if purpose == housing then 5.00 else 7.00) }
}

decision outcome {
  input { score: int in 0 .. 9 }
  output { ok: bool }
  rules first {
    rule a { when score > 5 then true }
//                               ^^^^ error[PAC1329]: a record `{ … }` is wanted here
//                               = help: name the output: `then { ok: … }`
    otherwise { ok: false }
  }
}
