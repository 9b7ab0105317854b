package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  rules first {
    rule a {
      when age > 5
      then { ok: true }
      explain english "…" sv-FI "…" sr-Latn-RS "…" de-x "…"
//            ^^^^^^^ error[PAC1243]: `english` is no language
//            = help: write a tag of BCP 47: two or three letters, then a script or a region where it matters: `en`, `sv-FI`, `sr-Latn`
//                                                 ^^^^ error[PAC1243]: `de-x` is no language
//                                                 = help: write a tag of BCP 47: two or three letters, then a script or a region where it matters: `en`, `sv-FI`, `sr-Latn`
    }
    otherwise { ok: false }
  }
}
