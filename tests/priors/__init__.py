"""Default priors never move the answer."""
