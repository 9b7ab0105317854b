package examples edition 1

obligation record_call { keep: duration }

decision access {
//       ^^^^^^ error[PAC3209]: `access` can demand `record_call`, which it could not before
//       = label: callers have to do this now
  input { risk: int in 0 .. 10 }
  output { effect: effect }
  rules deny_overrides {
    rule risky { when risk > 7 then deny }
    rule usual { when risk <= 7 then permit oblige record_call { keep: 30 days } }
  }
}
//@fail_duty.pac.old:5:10 also[PAC3209]: did not demand it
