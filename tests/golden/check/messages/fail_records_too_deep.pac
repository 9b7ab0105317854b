package examples edition 1

record R1 { f: int }
record R2 { f: R1 }
record R3 { f: R2 }
record R4 { f: R3 }
record R5 { f: R4 }
record R6 { f: R5 }
record R7 { f: R6 }
record R8 { f: R7 }
record R9 { f: R8 }
record R10 { f: R9 }
record R11 { f: R10 }
record R12 { f: R11 }
record R13 { f: R12 }
record R14 { f: R13 }
record R15 { f: R14 }
record R16 { f: R15 }
record R17 { f: R16 }
record R18 { f: R17 }
record R19 { f: R18 }
record R20 { f: R19 }
record R21 { f: R20 }
record R22 { f: R21 }
record R23 { f: R22 }
record R24 { f: R23 }
record R25 { f: R24 }
record R26 { f: R25 }
record R27 { f: R26 }
record R28 { f: R27 }
record R29 { f: R28 }
record R30 { f: R29 }
record R31 { f: R30 }
record R32 { f: R31 }
record R33 { f: R32 }
//     ^^^ error[PAC1228]: too much: records and lists within one another are limited to 32
//     = help: divide it into smaller ones

decision d {
  input { r: R33 }
  output { ok: bool }
  result { ok: true }
}
