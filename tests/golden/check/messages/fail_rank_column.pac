package examples edition 1

enum Routing { accept, refer, decline }

decision d {
  input { age: int in 0 .. 150 }
  output { routing: Routing, level: Routing }
  rules by outcome decline, refer, accept {
//      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[PAC1413]: the output that is ranked is not named
//      = help: name the output: `by outcome routing: decline, refer`
    rule child {
      when age < 18
      then { routing: decline, level: refer }
    }
    otherwise { routing: accept, level: accept }
  }
}
