"""Slopes that vary over a level, on a covariate as it comes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import stanlevels as sl
from tests.priors.kit import standard

NUTS: dict[str, Any] = {"seed": 1, "engine": "stanli", "progress": False}


class Slopes(sl.Model):
    subject = sl.Level()
    intercept = sl.Normal()
    slope = sl.Normal()
    sd_intercept = sl.HalfNormal()
    sd_slope = sl.HalfNormal()
    noise = sl.HalfNormal()
    corr = sl.LKJCholesky(dim=2)
    B = sl.MultiNormal([intercept, slope], [sd_intercept, sd_slope], corr, over=subject)
    y = sl.Normal(B[0] + B[1] * sl.data("x"), noise, observed=True)


def subjects() -> dict[str, np.ndarray]:
    """30 subjects in 8 of the years from 2000 to 2019, whose slopes differ."""
    r = np.random.default_rng(90)
    g = np.repeat(np.arange(30), 8)
    x = 2000.0 + r.integers(0, 20, len(g))
    z = standard(x)
    u = r.multivariate_normal([0, 0], [[1, 0.3], [0.3, 1]], 30)
    y = 20 + 3 * z + 1.5 * u[g, 0] + u[g, 1] * z + r.normal(0, 1.5, len(g))
    return {"subject": g, "x": x, "y": y}


@pytest.mark.slow
@pytest.mark.parametrize("origin", [2009.5, 2000.0])
def test_correlated_slopes_by_calendar_years_agree_with_maximum_likelihood(origin: float):
    """Whatever the year 0: the mean slope and the sd of slopes do not depend on it."""
    data = subjects()
    bound = Slopes.bind({**data, "x": data["x"] - origin})
    right: Any = bound.fit(method="mle").summary()
    found: Any = bound.fit(**NUTS).summary()
    for name in ("slope", "sd_slope"):  # posteriors of sds are skewed to the right
        apart = abs(found.loc[name, "estimate"] - right.loc[name, "estimate"])
        assert apart < (0.25 if name == "slope" else 0.6) * right.loc[name, "sd"]
    assert found.loc["slope", "sd"] == pytest.approx(right.loc["slope", "sd"], rel=0.15)


def test_slopes_that_vary_with_the_year_itself_are_noted_with_what_helps():
    """Their intercepts are those of year 0, correlated -1 with the slopes: no prior of correlations fits."""
    data = subjects()
    (record,) = [r for r in Slopes.bind(data).plan.records if r.step == "identify"]
    assert record.subject == "B"
    assert record.instead == "subtract a number near its mean from x"
    near = Slopes.bind({**data, "x": data["x"] - 2000})
    assert not [r for r in near.plan.records if r.step == "identify"]
