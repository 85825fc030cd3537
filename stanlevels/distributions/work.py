"""What a density costs, by Stan's name of it: which functions it computes for every number."""

from __future__ import annotations

from typing import Literal

__all__ = ["work_of_density"]

_GAMMAS = ("beta", "gamma", "neg_binomial", "dirichlet", "lkj")
_SIMPLE = ("normal", "cauchy", "double_exponential", "uniform", "exponential", "std_normal")


def work_of_density(stan: str) -> Literal["simple", "exponentials", "gammas"]:
    """Polynomials and absolute values, exponentials or logarithms, or gamma functions.

    Examples
    --------
    >>> work_of_density("normal"), work_of_density("bernoulli_logit"), work_of_density("beta_proportion")
    ('simple', 'exponentials', 'gammas')
    """
    if any(part in stan for part in _GAMMAS):
        return "gammas"
    return "simple" if stan.startswith(_SIMPLE) and "log" not in stan else "exponentials"
