"""The pooling factor of a level (Gelman and Pardoe 2006)."""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array

__all__ = ["pooling_factor"]


def pooling_factor(mean: Array, variance: Array, mean_variance: float) -> float:
    """Lambda = 1 - Var_j(E[e_j]) / E[Var_j(e_j)], with 1 = complete pooling and 0 = none.

    Parameters
    ----------
    mean, variance : ndarray, (units,)
        Posterior mean and variance of every unit's deviation e_j.
    mean_variance : float
        Posterior variance of the mean over units of e_j.

    Returns
    -------
    float
        1 where nothing varies.

    Notes
    -----
    The expectation of a sample variance over J units is that of the means plus
    ``(sum of variances - J mean_variance) / (J - 1)``.

    Examples
    --------
    >>> import numpy as np
    >>> round(pooling_factor(np.array([-1.0, 1.0]), np.array([1.0, 1.0]), 0.5), 3)
    0.333
    """
    units = len(mean)
    if units < 2:
        return float("nan")
    between = float(np.var(mean, ddof=1))
    within = float((variance.sum() - units * mean_variance) / (units - 1))
    total = between + within
    return 1 - between / total if total > 0 else 1.0
