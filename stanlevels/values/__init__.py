"""Arrays by quantity: one evaluator, from draws, a point or the prior, on any rows."""
