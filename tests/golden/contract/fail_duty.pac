package examples edition 1

obligation record_call { keep: duration }

decision access {
  input { risk: int in 0 .. 10 }
  output { effect: effect }
  rules deny_overrides {
    rule risky { when risk > 7 then deny }
    rule usual { when risk <= 7 then permit oblige record_call { keep: 30 days } }
  }
}
