package examples edition 1

enum Routing { accept, refer, decline }

decision d {
  input { age: int in 0 .. 150 }
  output { routing: Routing, level: Routing }
  rules by outcome routing: decline, refer {
//      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[PAC1414]: the ranking leaves out `accept`
//      = help: name every outcome that a rule can yield, best first
    rule child {
      when age < 18
      then { routing: decline, level: refer }
    }
    otherwise { routing: accept, level: accept }
  }
}
