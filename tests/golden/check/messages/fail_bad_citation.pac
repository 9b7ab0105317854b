package examples edition 1

decision d {
  input { age: int in 0 .. 150 }
  output { ok: bool }
  cites eurlex "Directive 2023/2225"
//             ^^^^^^^^^^^^^^^^^^^^^ error[PAC1222]: "Directive 2023/2225" is no such citation: a CELEX number is sector, year, type and number
//             = help: write it as "32016R0679"
  result { ok: age >= 18 }
}
