"""A line with lists says the same as a line for every component: estimates, priors and likelihood."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.field.kit import base


class Apart(sl.Model):
    g = sl.Level()
    a, b = sl.Normal(), sl.Normal()
    a_sd, b_sd, noise = sl.HalfNormal(), sl.HalfNormal(), sl.HalfNormal()
    A = sl.Normal(a, a_sd, over=g)
    B = sl.Normal(b, b_sd, over=g)
    y = sl.Normal(A + B * sl.data("x"), noise, observed=True)


class Together(sl.Model):
    g = sl.Level()
    a, b = sl.Normal(), sl.Normal()
    a_sd, b_sd, noise = sl.HalfNormal(), sl.HalfNormal(), sl.HalfNormal()
    C = sl.Normal([a, b], [a_sd, b_sd], over=(g, sl.Index(["a", "b"])))
    y = sl.Normal(C["a"] + C["b"] * sl.data("x"), noise, observed=True)


class CountsApart(sl.Model):
    g = sl.Level()
    a, b = sl.Normal(), sl.Normal()
    a_sd, b_sd = sl.HalfNormal(), sl.HalfNormal()
    A = sl.Normal(a, a_sd, over=g)
    B = sl.Normal(b, b_sd, over=g)
    count = sl.Poisson(log=A + B * sl.data("x"), observed=True)


class CountsTogether(sl.Model):
    g = sl.Level()
    a, b = sl.Normal(), sl.Normal()
    a_sd, b_sd = sl.HalfNormal(), sl.HalfNormal()
    C = sl.Normal([a, b], [a_sd, b_sd], over=(g, sl.Index(["a", "b"])))
    count = sl.Poisson(log=C["a"] + C["b"] * sl.data("x"), observed=True)


def rows() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    slope = np.repeat(rng.normal(0, 1, 6), 10)
    return base().assign(y=lambda d: d.y + slope * d.x, count=lambda d: rng.poisson(np.exp(0.3 * d.y)))


@pytest.mark.parametrize("method", ["mle", "reml", "em"])
def test_estimates_are_those_of_separate_lines(method: str) -> None:
    settings: dict[str, Any] = {"method": method, "progress": False}
    apart, together = Apart.fit(rows(), **settings), Together.fit(rows(), **settings)
    close = 1e-3 if method == "em" else 1e-6
    assert together.log_likelihood == pytest.approx(apart.log_likelihood, rel=1e-6)
    assert dict(together.summary()["estimate"]) == pytest.approx(dict(apart.summary()["estimate"]), rel=close)
    effects = together.effects("C")
    for name, label in (("A", "a"), ("B", "b")):
        assert effects[effects["component"] == label]["estimate"].to_numpy() == pytest.approx(
            apart.effects(name)["estimate"].to_numpy(), abs=close
        )


def test_estimates_of_counts_are_those_of_separate_lines() -> None:
    apart, together = CountsApart.fit(rows(), "mle"), CountsTogether.fit(rows(), "mle")
    assert together.log_likelihood == pytest.approx(apart.log_likelihood, rel=1e-6)
    assert dict(together.summary()["estimate"]) == pytest.approx(dict(apart.summary()["estimate"]), abs=1e-3)


@pytest.mark.parametrize(("one", "other"), [(Apart, Together), (CountsApart, CountsTogether)])
def test_default_priors_are_those_of_separate_lines(one: type[sl.Model], other: type[sl.Model]) -> None:
    def numbers(model: type[sl.Model]) -> dict[str, str]:
        table = model.bind(rows()).priors.to_frame().set_index("quantity")
        return {name: str(table.loc[name, "prior"]) for name in ("a", "b", "a_sd", "b_sd")}

    assert numbers(one) == numbers(other)
