"""The one function by which draws of every tool are judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from stanlevels.results.checks.mixing import mixing

__all__ = ["smallest"]


def smallest(draws: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """The smallest bulk effective sample size and the largest R-hat over all numbers of all quantities.

    Parameters
    ----------
    draws : mapping of arrays, each (chains, draws, *dims)
        What is constant (the diagonal of a correlation matrix) does not count.
    """
    sizes, ratios, numbers = {}, {}, 0
    for name, values in draws.items():
        flat = np.asarray(values, dtype=float).reshape(*values.shape[:2], -1)
        flat = flat[:, :, np.ptp(flat, axis=(0, 1)) > 0]
        if not flat.shape[2]:
            continue
        found = mixing(flat)
        sizes[name], ratios[name] = float(found.ess_bulk.min()), float(found.r_hat.max())
        numbers += flat.shape[2]
    worst = min(sizes, key=sizes.__getitem__)
    return {
        "numbers": numbers,
        "ess": sizes[worst],
        "ess_of": worst,
        "r_hat": max(ratios.values()),
        "ess_by_quantity": {name: round(size) for name, size in sizes.items()},
    }
