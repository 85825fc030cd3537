"""Programs against the oracle: the same log density at random points."""
