package examples edition 1

enum Purpose { housing, vehicle }

record Person {
  id: string matches "[A-Z]{2}"
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[PAC3204]: input `who.id` of `limit` accepts less than before
// = label: now string matches "[A-Z]{2}"
// = note: "AAA" is refused now
  tags: list<string> max 3 items
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[PAC3204]: input `who.tags` of `limit` accepts less than before
// = label: now list<string> max 3 items
// = note: a list of more than 3 items is refused now
}

decision limit {
//       ^^^^^ error[PAC3203]: input `who.email` of `limit` is gone
//       ^^^^^ error[PAC3203]: output `reason` of `limit` is gone
  input { who: Person, purpose: Purpose, score: int in 300 .. 850 }
//                     ^^^^^^^^^^^^^^^^ error[PAC3204]: input `purpose` of `limit` accepts less than before
//                     = label: now Purpose
//                     = note: `boat` is refused now
//                                       ^^^^^^^^^^^^^^^^^^^^^^^^ error[PAC3206]: input `score` of `limit` is of another type than before
//                                       = label: now int in 300 .. 850
  output { amount: decimal(2) in 0.00 .. 100.00, note: string? }
//         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[PAC3205]: output `amount` of `limit` yields more than before
//         = label: now decimal(2) in 0.00 .. 100.00
//         = note: `90.01` is new to callers
//                                               ^^^^^^^^^^^^^ error[PAC3205]: output `note` of `limit` yields more than before
//                                               = label: now string?
//                                               = note: it may be missing now
  result { amount: if score >= 700 and purpose == housing then 100.00 else 10.00, note: who.id }
}
//@fail_all_the_other_way.pac.old:6:3 also[PAC3204]: before string matches "[A-Z]{2,3}"
//@fail_all_the_other_way.pac.old:7:3 also[PAC3204]: before list<string> max 5 items
//@fail_all_the_other_way.pac.old:8:3 also[PAC3203]: what callers give is refused as unknown
//@fail_all_the_other_way.pac.old:13:63 also[PAC3203]: callers read it
//@fail_all_the_other_way.pac.old:12:24 also[PAC3204]: before Purpose
//@fail_all_the_other_way.pac.old:12:42 also[PAC3206]: before decimal(1) in 0.0 .. 900.0
//@fail_all_the_other_way.pac.old:13:12 also[PAC3205]: before decimal(2) in 0.00 .. 90.00
//@fail_all_the_other_way.pac.old:13:49 also[PAC3205]: before string
