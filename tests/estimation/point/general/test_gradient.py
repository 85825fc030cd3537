"""The gradient of the criterion is that of its values, for every way in which a model can be put together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.estimation.point.general.criterion import GeneralCriterion
from stanlevels.estimation.point.general.model import general_model


class Crossed(sl.Model):
    """Student-t errors, two crossed levels: two entries of every row in one atom."""

    person, item = sl.Level(), sl.Level()
    a, b = sl.Normal(0, 10), sl.Normal(0, 10)
    person_sd, item_sd, scale, nu = sl.HalfNormal(2), sl.HalfNormal(2), sl.HalfNormal(2), sl.Gamma(2, 0.1)
    P = sl.Normal(a, person_sd, over=person)
    I = sl.Normal(0, item_sd, over=item)  # noqa: E741
    y = sl.StudentT(nu, P + I + b * sl.data("x"), scale, observed=True)


class Double(sl.Model):
    """A location and a log scale of each unit, correlated: two random atoms."""

    person = sl.Level()
    part = sl.Index(["location", "log scale"])
    mean, level = sl.Normal(0, 10), sl.Normal(0, 2)
    sds, corr = sl.HalfNormal(1, over=part), sl.LKJCholesky(2)
    B = sl.MultiNormal([mean, level], sds, corr, over=person)
    y = sl.Normal(B[0], sl.exp(B[1] + 0.1 * sl.data("x")), observed=True)


class Rated(sl.Model):
    """Ordered categories with a varying slope."""

    person = sl.Level()
    between = sl.Index(["1|2", "2|3"])
    part = sl.Index(["start", "slope"])
    cut = sl.Normal(0, 5, over=between, ordered=True)
    sds, corr = sl.HalfNormal(1, over=part), sl.LKJCholesky(2)
    B = sl.MultiNormal([0, 0], sds, corr, over=person)
    rating = sl.OrderedLogistic(B[0] + B[1] * sl.data("x"), cut, observed=True)


class Frail(sl.Model):
    """Gamma effects of persons and normal ones of items, whose rows have no item in one case of five."""

    person, item = sl.Level(), sl.Level()
    a, shape, sd = sl.Normal(0, 5), sl.HalfNormal(3), sl.HalfNormal(1)
    frailty = sl.Gamma(shape, shape, over=person)
    I = sl.Normal(0, sd, over=item)  # noqa: E741
    k = sl.Poisson(frailty * sl.exp(a + sl.data("some") * I), observed=True)


class Rivals(sl.Model):
    """One level reached through two columns, with a noise by another."""

    person, item = sl.Level(), sl.Level()
    other = sl.Level("other", of=person)
    a, sd = sl.Normal(0, 5), sl.HalfNormal(1)
    noise = sl.HalfNormal(1, over=item)
    P = sl.Normal(0, sd, over=person)
    y = sl.Normal(a + P[person] - P[other], noise, observed=True)


def data() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    n = 90
    person, item = rng.integers(0, 9, n), rng.integers(0, 5, n)
    x, u = rng.normal(size=n), rng.normal(size=9)
    y = 1 + u[person] + 0.5 * x + rng.standard_t(4, n)
    columns: dict[str, Any] = {
        "person": person,
        "other": (person + 1 + item) % 9,
        "item": item,
        "x": x,
        "y": y,
    }
    columns["rating"] = pd.Categorical(np.digitize(y, [0, 2]), ordered=True)
    columns |= {"k": rng.poisson(np.exp(u[person] / 2)), "some": (rng.random(n) > 0.2).astype(float)}
    return pd.DataFrame(columns)


CASES = {
    "crossed": (Crossed, {}, 1, False),
    "correlated": (Double, {}, 1, False),
    "ordinal": (Rated, {}, 1, False),
    "frailty": (Frail, {}, 1, False),
    "one level twice": (Rivals, {"noise": "parameter"}, 1, False),
    "restricted": (Rivals, {"noise": "parameter"}, 1, True),
}


@pytest.mark.parametrize("name", CASES)
def test_the_gradient_is_that_of_the_values(name):
    model, roles, points, restricted = CASES[name]
    bound = model.bind(data(), roles=roles)
    criterion = GeneralCriterion(general_model(bound.planned, bound.data, restricted), points)
    rng = np.random.default_rng(3)
    z = criterion.start + 0.1 * np.abs(rng.normal(size=len(criterion.start)))
    value, gradient = criterion(z)
    assert value == pytest.approx(criterion.value(z), abs=1e-10)
    step = 1e-4
    for k, unit in enumerate(np.eye(len(z)) * step):
        slope = (criterion.value(z + unit) - criterion.value(z - unit)) / (2 * step)
        assert gradient[k] == pytest.approx(slope, rel=1e-5, abs=1e-5)
