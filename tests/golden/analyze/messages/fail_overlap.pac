package examples edition 1

decision fee {
  input  { amount: decimal(2) in 0.00 .. 1_000.00, days: int in 0 .. 30 }
  output { fee: int }
  table unique {
    amount                   | days    => fee
    small: <= 100.00         | -       => 0
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[PAC2001]: rule `small` and another fire together in `fee`
//  = note: both fire for amount <= 100.00 and days >= 21
//  = ...: for example {"amount":"0.00","days":21}
    slow:  -                 | > 20    => 5
//  --------------------------------------- also[PAC2001]: `slow` fires too
    large: 100.01 .. 500.00  | <= 20   => 10
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[PAC2001]: rule `large` and another fire together in `fee`
//  = note: both fire for amount 500.00 and days <= 20
//  = ...: for example {"amount":"500.00","days":0}
    huge:  >= 500.00         | <= 20   => 20
//  ---------------------------------------- also[PAC2001]: `huge` fires too
  }
}
