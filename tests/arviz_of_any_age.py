"""What tests ask of ArviZ, the same before and since 1.0."""

from __future__ import annotations

from typing import Any

import arviz as az
import numpy as np

from stanlevels.results.arviz.groups import are_a_tree

TAIL = (0.05, 0.95)
"""Where Vehtari et al. (2021) have the tails begin, and ArviZ before 1.0; since then it is a setting."""


def group_names(idata: Any) -> list[str]:
    """The groups, without the slash that a tree puts before them."""
    return list(idata.children) if are_a_tree() else list(idata.groups())


def dataset(idata: Any, group: str = "posterior") -> Any:
    """A group as an xarray Dataset, which a node of a tree is not."""
    return az.convert_to_dataset(idata, group=group)


def ess_tail(values: Any) -> Any:
    return az.ess(values, method="tail", prob=TAIL)


def elpd(idata: Any) -> float:
    """The expected log density by PSIS-LOO."""
    found = az.loo(idata)
    return float(found.elpd if are_a_tree() else found.elpd_loo)


def k_hat(log_ratios: np.ndarray) -> float:
    """Shape of the tail of importance ratios."""
    if not are_a_tree():
        return float(az.psislw(log_ratios)[1])
    from arviz_stats.base import array_stats

    return float(array_stats.psislw(-log_ratios)[1])  # of log likelihoods, which it turns into ratios


def draws_as_groups(draws: dict[str, np.ndarray]) -> Any:
    """Arrays (chain, draw, ...) as a posterior."""
    return az.from_dict({"posterior": draws} if are_a_tree() else draws)
