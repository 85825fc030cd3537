"""Frequency weights count as rows would."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.parity.harness import build
from tests.priors.kit import bind
from tests.spelling.kit import numbers_of_priors


def once() -> pd.DataFrame:
    """Rows with a weight each: heavier where the covariate is large, and some not there at all."""
    r = np.random.default_rng(70)
    x = r.uniform(1990, 2020, 40)
    w = r.poisson((x - 1990) / 6)
    return pd.DataFrame(
        {"x": x, "w": w, "y": 500 + 9 * (x - 2000) + r.normal(0, 20, 40), "k": r.poisson(3, 40)}
    )


def repeated(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.loc[rows.index.repeat(rows["w"])].reset_index(drop=True)


def gaussian(**how: Any) -> dict[str, Any]:
    a, b, noise = sl.Normal(), sl.Normal(), sl.HalfNormal()
    y = sl.Normal(a + b * sl.data("x"), noise, observed=True, **how)
    return {"a": a, "b": b, "noise": noise, "y": y}


def coefficients(**how: Any) -> dict[str, Any]:
    X = sl.covariates("x")
    a, b, noise = sl.Normal(), sl.Normal(over=X), sl.HalfNormal()
    return {"X": X, "a": a, "b": b, "noise": noise, "y": sl.Normal(a + b @ X, noise, observed=True, **how)}


def counts(**how: Any) -> dict[str, Any]:
    a, b = sl.Normal(), sl.Normal()
    return {"a": a, "b": b, "k": sl.Poisson(log=a + b * sl.data("x"), observed=True, **how)}


def log_noise(**how: Any) -> dict[str, Any]:
    a, b, g = sl.Normal(), sl.Normal(), sl.Normal()
    y = sl.Normal(a, sl.exp(g + b * sl.data("x")), observed=True, **how)
    return {"a": a, "b": b, "g": g, "y": y}


MODELS = (gaussian, coefficients, counts, log_noise)


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_default_priors_have_the_numbers_that_repeated_rows_give(model: Any):
    weighted, long = bind(model(weights="w"), once()), bind(model(), repeated(once()))
    one, other = numbers_of_priors(weighted), numbers_of_priors(long)
    assert one.keys() == other.keys()
    for name, numbers in one.items():
        assert numbers == pytest.approx(other[name], rel=2e-3)


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_the_log_density_is_that_of_repeated_rows(model: Any):
    weighted, long = bind(model(weights="w"), once()), bind(model(), repeated(once()))
    one, other = (build(bound.stan_code, bound.stan_data) for bound in (weighted, long))
    rng = np.random.default_rng(71)
    for _ in range(3):
        q = 1e-4 * rng.standard_normal(one.n_unconstrained)
        assert one.log_prob_grad(q)[0] == pytest.approx(other.log_prob_grad(q)[0], rel=1e-9)


def test_a_unit_without_weight_tells_a_line_over_a_level_nothing():
    """The means of a covariate of a level are over its units, each once."""
    r = np.random.default_rng(72)
    rows = once().assign(g=np.repeat(np.arange(10), 4), z=np.repeat(r.normal(100, 5, 10), 4))
    rows["w"] = rows["w"] + 1
    level = sl.Level("g")

    def lines(**how: Any) -> dict[str, Any]:
        a, b, sd, noise = sl.Normal(), sl.Normal(), sl.HalfNormal(), sl.HalfNormal()
        A = sl.Normal(a + b * sl.data("z"), sd, over=level)
        y = sl.Normal(A, noise, observed=True, **how)
        return {"level": level, "a": a, "b": b, "sd": sd, "noise": noise, "A": A, "y": y}

    one, other = (
        numbers_of_priors(b) for b in (bind(lines(weights="w"), rows), bind(lines(), repeated(rows)))
    )
    for name, numbers in one.items():
        assert numbers == pytest.approx(other[name], rel=2e-3)
