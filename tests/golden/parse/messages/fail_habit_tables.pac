package examples edition 1

decision d {
  input { age: int in 0 .. 150, land: string }
  output { ok: bool }
  table first {
    age | land => ok
    >= 18 | "FI" => true |
    | >= 18 | "SE" => true
//  ^ error[PAC1001]: unexpected `|`
//  = label: the cell before it is empty
//  = fix: write `-` for any value: "" -> "- "
    - | - => false
  }
}

test d "without cases" {
  age | land => ok
//^^^ error[PAC1001]: unexpected `age`
// = help: a table of cases is written `test decision_name "…" cases { … }`
  18 | "FI" => true
}
