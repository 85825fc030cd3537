"""What is integrated out and drawn back has the posterior of the literal program, to Monte Carlo error."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import stanlevels as sl
from tests.arviz_of_any_age import dataset
from tests.marginal.test_conjugate import DATA as COUNTED
from tests.marginal.test_conjugate import ByLog, Successes
from tests.marginal.test_densities import CASES, DATA, Coefficients, Crossed, KnownTimes, Nested, Slopes, Two

ALIKE = 5.0
"""Standard errors of a difference: two-sided 6e-7 each; about 300 means are compared, 2e-4 in all."""


MODELS = [Nested, Slopes, Coefficients, Two, Crossed, KnownTimes]


def moments(fit: Any, names: list[str]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Means with their standard errors, from effective sizes."""
    return moments_of(dataset(fit.idata)[names])


def moments_of(posterior: Any) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The same of draws."""
    import arviz as az

    mean, sd = posterior.mean(("chain", "draw")), posterior.std(("chain", "draw"))
    size = az.ess(posterior, method="mean")
    return {n: (mean[n].values, sd[n].values / np.sqrt(size[n].values)) for n in posterior.data_vars}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::stanlevels.errors.StanlevelsWarning")  # few groups, a few divergences
@pytest.mark.parametrize(
    "model", [Nested, Slopes, Coefficients, Two, Crossed, KnownTimes], ids=lambda m: m.__name__
)
def test_posteriors_of_planned_and_literal_programs_agree(model: Any) -> None:
    settings: dict[str, Any] = {"draws": 1500, "seed": 7, "progress": False}
    planned = model.fit(DATA, **settings)
    literal = model.fit(DATA, plan=sl.Plan.literal(), target_accept=0.95, **settings)
    assert set(CASES[model]) <= set(planned.idata.posterior.data_vars)
    names = [n for n in planned.idata.posterior.data_vars if n != "corr"]
    ours, theirs = moments(planned, names), moments(literal, names)
    for name in names:
        (a, se_a), (b, se_b) = ours[name], theirs[name]
        assert np.all(np.abs(a - b) <= ALIKE * np.hypot(se_a, se_b)), name


PAIRS = [ByLog, Successes]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::stanlevels.errors.StanlevelsWarning")  # few units, a few divergences
@pytest.mark.parametrize("model", PAIRS, ids=lambda m: m.__name__)
def test_posteriors_of_conjugate_pairs_and_literal_programs_agree(model: Any) -> None:
    """About 20 means and as many squares about the joint mean: 3e-5 in all."""
    settings: dict[str, Any] = {"draws": 1500, "seed": 7, "progress": False}
    planned = model.fit(COUNTED, **settings)
    literal = model.fit(COUNTED, plan=sl.Plan.literal(), target_accept=0.95, **settings)
    names = list(planned.idata.posterior.data_vars)
    assert set(names) == set(literal.idata.posterior.data_vars)
    for ours, theirs in zip(with_squares(planned, literal), with_squares(literal, planned), strict=True):
        for name in names:
            (a, se_a), (b, se_b) = moments_of(ours)[name], moments_of(theirs)[name]
            assert np.all(np.abs(a - b) <= ALIKE * np.hypot(se_a, se_b)), name


def with_squares(fit: Any, other: Any) -> tuple[Any, Any]:
    """Draws, and their squares about the mean of both fits."""
    draws = fit.idata.posterior
    middle = (draws.mean(("chain", "draw")) + other.idata.posterior.mean(("chain", "draw"))) / 2
    return draws, np.square(draws - middle)
