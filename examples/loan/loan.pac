// The smallest useful policy: two rules on a loan.
package lending.loan edition 1

/// Whether a loan is granted.
@owner("credit-desk") @risk(medium)
decision loan {
  input {
    credit_score: int in 300 .. 850
    amount:       decimal(2) unit EUR in 0.01 .. 1_000_000.00
  }
  output {
    eligible: bool
    reason:   string
  }

  rules first {
    rule high_score_low_amount {
      when credit_score >= 700 and amount <= 10_000.00
      then { eligible: true, reason: "Approved by DSL: High score, low amount" }
      explain en "Your credit score is at least 700 and you asked for {amount} EUR, which is at most 10,000 EUR."
    }
    otherwise { eligible: false, reason: "Default deny" }
  }
}

test loan "a good score and a small amount" {
  given  { credit_score: 720, amount: 5_000.00 }
  expect { eligible: true, reason: "Approved by DSL: High score, low amount" } by high_score_low_amount
}

test loan "a good score and a large amount" {
  given  { credit_score: 720, amount: 10_000.01 }
  expect { eligible: false, reason: "Default deny" } by otherwise
}

test loan "a score that does not exist" {
  given  { credit_score: 900, amount: 5_000.00 }
  expect refused credit_score
}

test loan "the edges" cases {
  credit_score | amount    => eligible | by
  700          | 10_000.00 => true     | high_score_low_amount
  699          | 10_000.00 => false    | otherwise
  700          | 10_000.01 => false    | otherwise
  850          | 0.01      => true     | high_score_low_amount
  300          | 0.01      => false    | otherwise
}
