package examples edition 1

enum Purpose { housing, vehicle, other }
//   ------- also[PAC1204]: its values stand here

decision d {
  input { p: Purpose }
  output { ok: bool }
  result { ok: p == Purpose.boat }
//                          ^^^^ error[PAC1204]: `Purpose` has no value `boat`
}
