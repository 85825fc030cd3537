"""Linear mixed models: exact, by least squares, maximum likelihood, REML and EM."""
