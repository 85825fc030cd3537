"""Fits without draws: least squares, maximum likelihood, REML, EM."""
