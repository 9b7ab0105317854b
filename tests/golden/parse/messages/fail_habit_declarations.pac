package examples edition 1

import std.dates
//@1 ^^^^^^ error[PAC1003]: `import` is written `use`
//  = fix: write `use`: "import" -> "use"

enum A { a, b }

class Person { age: int }
//@1 ^^^^^ error[PAC1003]: `class` is written `record`
//  = fix: write `record`: "class" -> "record"

enum B { a, b }

type Colour { red, green }
//@1 ^^^^ error[PAC1001]: unexpected `type`
//  = help: write `record Name { field: type }` or `enum Name { first, second }`

enum C { a, b }

function d {
//@1 ^^^^^^^^ error[PAC1003]: `function` is written `decision`
//  = fix: write `decision`: "function" -> "decision"
  input { age: int in 0 .. 150 }
}

enum D { a, b }

rule alone { when true then { ok: true } }
//@1 ^^^^ error[PAC1001]: unexpected `rule`
//  = help: rules stand in a decision: `decision name { … rules first { rule … } }`

enum E { a, b }
