"""Cross-validations as ArviZ has them."""

from __future__ import annotations

from functools import partial
from typing import Any, Protocol

import numpy as np

from stanlevels.arrays import Array
from stanlevels.results.arviz.groups import are_a_tree

__all__ = ["elpd_data"]


class Found(Protocol):
    """A cross-validation, as far as ArviZ is told of it."""

    @property
    def called(self) -> str:
        """What one part is."""

    @property
    def elpd_of_parts(self) -> Array:
        """Log predictive densities."""

    @property
    def pareto_k(self) -> Array | None:
        """Of every part."""

    @property
    def draws(self) -> int:
        """That were averaged over."""

    @property
    def elpd(self) -> float:
        """The sum over parts."""

    @property
    def se(self) -> float:
        """Its standard error."""

    @property
    def p(self) -> float:
        """The effective number of parameters."""

    @property
    def good_k(self) -> float:
        """Above which a term is not reliable."""


def elpd_data(found: Found) -> Any:
    """An `ELPDData` with the terms of every part, by the age of the ArviZ that is installed."""
    import xarray

    n = len(found.elpd_of_parts)
    dim = found.called if found.called not in ("chain", "draw", "sample") else f"{found.called}_"
    terms = xarray.DataArray(found.elpd_of_parts, dims=[dim], name="loo_i")
    k = np.full(n, np.nan) if found.pareto_k is None else found.pareto_k
    shapes = xarray.DataArray(k, dims=[dim], name="pareto_shape")
    bad = bool(np.any(k > found.good_k))
    if are_a_tree():
        from arviz_stats import utils

        newest = getattr(utils, "ELPDDataLOO", None)  # before 1.3 one class for all, told the kind
        return (newest or partial(utils.ELPDData, kind="loo"))(
            elpd=found.elpd,
            se=found.se,
            p=found.p,
            n_samples=found.draws,
            n_data_points=n,
            scale="log",
            warning=bad,
            good_k=found.good_k,
            elpd_i=terms,
            pareto_k=shapes,
        )
    from arviz.stats.stats_utils import ELPDData as Older

    figures = {
        "elpd_loo": found.elpd,
        "se": found.se,
        "p_loo": found.p,
        "n_samples": found.draws,
        "n_data_points": n,
        "warning": bad,
        "loo_i": terms,
        "pareto_k": shapes,
        "scale": "log",
        "good_k": found.good_k,
    }
    return Older(data=list(figures.values()), index=list(figures))
