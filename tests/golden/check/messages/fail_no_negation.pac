package examples edition 1

decision d {
  input { born: date }
  output { ok: bool }
  result { ok: -born == born }
//             ^^^^^ error[PAC1305]: date has no negative
}
