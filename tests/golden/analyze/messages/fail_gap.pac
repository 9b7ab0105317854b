package examples edition 1

enum Purpose { housing, vehicle, education }

decision rate {
//       ^^^^ error[PAC2101]: no rule of `rate` covers 4 % of all inputs
//       = note: score 640 .. 699 and purpose housing
//       = ...: for example {"purpose":"housing","score":640}
//       = help: add a rule for them, or `otherwise { … }`
  input  { score: int in 300 .. 850, purpose: Purpose }
  output { grade: string }
  table unique {
    score                | purpose            => grade
    prime: >= 700        | -                  => "A"
    fair:  640 .. 699    | vehicle, education => "B"
    weak:  < 640         | -                  => "C"
  }
}
