package examples edition 1

record Past { answer: effect }
//                    ^^^^^^ error[PAC1409]: `effect` and this hit policy don't belong together
//                    = help: `effect` is only what `deny_overrides` and `permit_overrides` answer

decision d {
  input { before: effect, past: Past }
//                ^^^^^^ error[PAC1409]: `effect` and this hit policy don't belong together
//                = help: `effect` is only what `deny_overrides` and `permit_overrides` answer
  output { ok: bool, answer: effect? }
//                           ^^^^^^^ error[PAC1409]: `effect` and this hit policy don't belong together
//                           = help: `effect` is only what `deny_overrides` and `permit_overrides` answer
  result { ok: true, answer: missing }
//                           ^^^^^^^ error[PAC1308]: `missing` can't stand here
//                           = help: `missing` is a value only where the type ends in `?`
}
