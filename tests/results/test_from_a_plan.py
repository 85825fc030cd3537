"""Fits of one model under several plans: nothing in the results tells which plan was used."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.arviz_of_any_age import elpd


class Growth(sl.Model):
    school = sl.Level()
    child = sl.Level(within=school)
    mean = sl.Normal(0, 3)
    rate = sl.Normal(0, 1)
    school_sd = sl.HalfNormal(1)
    child_sd = sl.HalfNormal(1)
    noise = sl.HalfNormal(1)
    S = sl.Normal(mean, school_sd, over=school)
    K = sl.Normal(S, child_sd, over=child)
    ahead = K - mean
    score = sl.Normal(K + rate * sl.data("year"), noise, observed=True)


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(2)
    child = np.repeat(np.arange(40), 6)
    school, year = child // 5, np.tile(np.arange(6.0) - 2.5, 40)
    K = (1 + rng.normal(0, 0.7, 8))[np.arange(40) // 5] + rng.normal(0, 0.5, 40)
    return pd.DataFrame(
        {"school": school, "child": child % 5, "year": year}
        | {"score": K[child] + 0.3 * year + rng.normal(0, 0.6, 240)}
    )


@pytest.fixture(scope="module")
def fits(frame):
    plans = {"own": None, "all": sl.Plan(marginalize=["K", "S"]), "literal": sl.Plan.literal()}
    settings: dict[str, Any] = {
        "seed": 4,
        "chains": 2,
        "warmup": 300,
        "draws": 500,
        "engine": "stanli",
        "progress": False,
    }
    bound = {name: Growth.bind(frame, plan=plan) for name, plan in plans.items()}
    assert bound["all"].planned.quantities["K"].is_integrated
    assert bound["literal"].planned.quantities["K"].is_sampled
    return {name: each.fit("nuts", **settings) for name, each in bound.items()}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::stanlevels.errors.StanlevelsWarning")
@pytest.mark.filterwarnings("ignore:Estimated shape parameter of Pareto")
def test_results_hold_the_same_quantities_with_the_same_numbers(fits):
    """To 5 standard errors of the mean of each chain's effective draws, of 100 numbers."""
    literal = fits["literal"]
    for fit in (fits["own"], fits["all"]):
        assert set(fit.idata.posterior) == set(literal.idata.posterior)
        assert fit.summary().shape == literal.summary().shape
        for name in ("S", "K", "ahead"):
            mine, other = fit.effects(name), literal.effects(name)
            assert list(mine.columns) == list(other.columns)
            error = np.hypot(mine["sd"] / np.sqrt(mine["ess_bulk"]), other["sd"] / np.sqrt(other["ess_bulk"]))
            assert (np.abs(mine["estimate"] - other["estimate"]) < 5 * error).all()
            np.testing.assert_allclose(mine["sd"], other["sd"], rtol=0.2)
        np.testing.assert_allclose(fit.fitted()["estimate"], literal.fitted()["estimate"], atol=0.15)
        expected = [elpd(each.add_log_likelihood()) for each in (fit, literal)]
        assert expected[0] == pytest.approx(expected[1], abs=2)
