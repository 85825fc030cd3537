"""Full Bayes: sampling, starting values, approximations."""
