package examples edition 1

record R {
  a: int in 300 - 850
//              ^ error[PAC1003]: `-` is written `..`
//              = fix: write `..`: "-" -> ".."
  b: int in 300...850
//             ^^^ error[PAC1003]: `...` is written `..`
//             = fix: write `..`: "..." -> ".."
  c: int in 300 to 850
//              ^^ error[PAC1003]: `to` is written `..`
//              = fix: write `..`: "to" -> ".."
  d: optional string
//   ^^^^^^^^^^^^^^^ error[PAC1003]: `optional string` is written `string?`
//   = fix: write `string?`: "optional string" -> "string?"
}
