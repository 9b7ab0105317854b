package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool, why: string }
  rules first {
    rule a {
      when age >= 18
//        ^ error[PAC1002]: `U+00A0` is not part of the language
//        = help: this is a no-break space; write an ordinary one
//        = fix: write an ordinary space: " " -> " "
      then { ok: true, why: "a" }
    }
    rule b {
      when a​ge >= 18
//          ^ error[PAC1002]: `U+200B` is not part of the language
//          = help: this is a space without width; delete it
//          = fix: delete it: "​" -> ""
      then { ok: true, why: "b" }
    }
    rule c {
      when age >= 18
      then { ok: true, why: "two
//                          ^^^^ error[PAC1004]: this text is not closed on its line
//                          = label: begins here and runs to the end of the line
//                          = help: close it with `"`; a line break inside a text is written `\n`
        lines" }
    }
    otherwise { ok: false, why: "" }
  }
}
