package test.idle_rules_would_clash edition 1

// Without `urgent` the two rules below it would clash, so it isn't superfluous.
decision queue {
  input {
    urgent: bool
  }
  output { place: int in 0 .. 9 }
  rules by priority {
    rule urgent   priority 2 { when urgent then { place: 2 } }
//  ---------------------------------------------------------- also[PAC2201]: `urgent` comes before it
//  ---------------------------------------------------------- also[PAC2201]: `urgent` comes before it
    rule express  priority 1 { when urgent then { place: 0 } }
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[PAC2201]: rule `express` of `queue` never decides
    rule standard priority 1 { when urgent then { place: 2 } }
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[PAC2201]: rule `standard` of `queue` never decides
    rule others   priority 1 { when not urgent then { place: 5 } }
  }
}
