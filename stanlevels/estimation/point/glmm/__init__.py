"""Generalised linear mixed models: the Laplace approximation and adaptive quadrature."""
