"""Typical use, which type checkers must accept in strict mode, and the types that they must find.

mypy and pyright read it (`test_type_checkers.py`), and it runs.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, assert_type

import arviz as az
import numpy as np
import pandas as pd

import stanlevels as sl
from stanlevels.typing import (
    ApproximateFit,
    BoundModel,
    Covariates,
    Expression,
    Fit,
    Operand,
    PointFit,
    Priors,
    Table,
)


def saturating(x: Expression, rate: Operand) -> Expression:
    """A function of a person's own, of expressions and numbers."""
    return 1 - sl.exp(-rate * x)


class Crashes(sl.Model):
    """Every kind of line."""

    publisher = sl.Level()
    app = sl.Level(within=publisher)
    device = sl.Level("phone")
    old = sl.Level("old_phone", of=device)
    kind = sl.Index(["fast", "slow"])
    known = sl.Constant(0.5)

    overall = sl.Normal(0.9, 0.5)
    sd = sl.HalfNormal(np.float64(0.5))
    noise = sl.HalfNormal()
    P = sl.Normal(overall, 2 * sd, over=publisher)
    A = sl.Normal(P, sd * np.float64(2), over=app, centered=False)
    D = sl.Normal(np.int64(0), np.float32(2) * sd, over=[device], centered="between")
    cell = sl.Normal(0, sd, over=(publisher, device))
    cut = sl.Normal(0, 3, over=kind, ordered=True)
    extra = sl.Normal(0, known, over=sl.rows)

    X = sl.covariates("age", "size", sl.data("region", categorical=True, coding="sum"))
    size_of = sl.data("size")
    region = sl.data("region", categorical=True)
    Z = sl.covariates(1, "age", size_of**2, sl.log(size_of), region * size_of)
    years = sl.standardize("age") + sl.center(sl.log(size_of)) * sl.mean("age", over=app)
    curve = sl.covariates(1, sl.polynomial("age", 2), sl.standardize(size_of))
    kinds = sl.Normal([0, overall], np.array([1.0, 2.0]), over=sl.Index(["a", "b"]))
    pairs = sl.covariates(sl.covariates(1, size_of), sl.interactions("age", region, size_of, order=3))
    b = sl.Normal(0, 1, over=X)
    corr = sl.LKJCholesky(2, dim=2)
    B = sl.MultiNormal([overall, 0], [sd, 1.0], corr, over=app)

    powers = -(D**2) + +P / sd - 2**sd + math.pi
    mean = A + D[old] + D[device] + b @ X + B[0] + B["1"] * sl.data("age") + cell + extra + powers
    size = sl.exp(mean) + sl.sqrt(np.float64(2)) + saturating(sl.data("x"), 2)
    reliability = sl.Normal(mean + sl.log(2), noise, observed=True)
    crashes = sl.Poisson(log=mean, observed="n", weights="times")
    answer = sl.OrderedLogistic(mean, cut, observed=True)


class WithPrice(Crashes):
    """Lines of another model, some of them overridden by lines of another kind."""

    slope = sl.Normal()
    known = sl.HalfNormal(1)
    sd = sl.Constant(0.5)
    A = Crashes.P + slope * sl.data("price")


class Sleep(sl.Model):
    """Effects in one line."""

    subject = sl.Level()
    B = sl.effects(1, "days", over=subject, sd=sl.HalfNormal(50), mean=[250.0, 0])
    C = sl.effects(sl.log(sl.data("age")), "days", over=[subject], mean=0, correlated=False)
    reaction = sl.Normal(B + C["days"], observed=True)


class Tight(Sleep):
    """The lines that a short one stands for can be overridden."""

    B_sd = sl.HalfNormal(10, over=Sleep.B.covariates)


assert_type(Sleep.B + 1, Expression)
assert_type(Sleep.B.covariates, Covariates)
assert_type(Crashes.A, Expression)
assert_type(Crashes.A * 2, Expression)
assert_type(Crashes.B["1"], Expression)
assert_type(Crashes.Z, Covariates)
assert_type(Crashes.years, Expression)
assert_type(sl.polynomial("age", 2), Covariates)
assert_type(Crashes.region * Crashes.size_of, Covariates)
assert_type(sl.exp(1), Expression)
assert_type(sl.data("x"), Expression)
assert_type(sl.data("x", categorical=True), Covariates)


class Schools(sl.Model):
    """A model that is fitted below."""

    school = sl.Level()
    mean = sl.Normal(0, 5)
    spread = sl.HalfNormal(5)
    noise = sl.HalfNormal(5)
    effect = sl.Normal(mean, spread, over=school)
    score = sl.Normal(effect, noise, observed=True)


def defined(columns: list[str]) -> type[sl.Model]:
    """A model whose lines a program writes."""
    slopes = {f"b_{column}": sl.Normal(0, 1) for column in columns}
    mean = sum(slopes[f"b_{column}"] * sl.data(column) for column in columns)
    return sl.Model.define("Prices", {**slopes, "price": sl.Normal(mean, 1, observed=True)})


def bound(frame: pd.DataFrame) -> BoundModel:
    """What a bound model shows."""
    model = Schools.bind(frame, missing="drop", roles={"effect": "random", "spread": 2.0})
    assert_type(model, BoundModel)
    assert_type(model.roles, Table)
    assert_type(model.priors, Priors)
    assert_type(model.plan, sl.Plan)
    assert_type(model.stan_data, dict[str, Any])
    print(model.stan_code, Schools.roles({"effect": sl.Normal(0, 1)}), Schools.priors(frame), Schools.graph())
    return Schools.bind(frame, plan=model.plan) if model.stan_code == "" else Schools.bind(frame)


def estimated(frame: pd.DataFrame) -> PointFit:
    """What a fit without draws shows."""
    first = bound(frame).fit("mle", priors=False, progress=False)
    assert_type(first, PointFit)
    fit = Schools.fit(frame, method="reml", start=first, progress=False)
    assert_type(fit, PointFit)
    assert_type(fit.summary("mean", level=0.9, interval="wald"), pd.DataFrame)
    assert_type(fit.effects("effect"), pd.DataFrame)
    assert_type(fit.pooling(), pd.DataFrame)
    assert_type(fit.aic, float)
    assert_type(fit.plan, sl.Plan)
    assert_type(fit.roles["effect"], str)
    assert_type(sl.compare({"one": fit, "other": fit}), pd.DataFrame)
    return fit


if TYPE_CHECKING:

    def sampled(frame: pd.DataFrame) -> Fit:
        """What a fit with draws shows; it is not run."""
        assert_type(Schools.fit(frame, draws=500, chains=2, seed=1, inits=0.1), Fit)
        assert_type(Schools.bind(frame).fit(record=["mean"]), Fit)
        fit = Schools.bind(frame).fit("nuts", record={"effect": False}, parallel=1)
        assert_type(fit, Fit)
        assert_type(fit.summary(["mean", "spread"], kind="all"), pd.DataFrame)
        assert_type(fit.fitted(), pd.DataFrame)
        print(fit.diagnose().ok, fit.draws("mean").mean())
        print(fit.idata.posterior["mean"].mean("draw"), fit.idata["posterior"], az.summary(fit.idata))
        return fit

    def other_methods(frame: pd.DataFrame, method: str) -> None:
        """The kind of fit follows from the method."""
        model = Schools.bind(frame)
        assert_type(model.fit("laplace", draws=500), ApproximateFit)
        assert_type(Schools.fit(frame, "pathfinder"), ApproximateFit)
        assert_type(model.fit("advi").pareto_k, float)
        assert_type(model.fit("em", tolerance=1e-6, max_steps=10), PointFit)
        assert_type(model.fit("ols"), PointFit)
        assert_type(Schools.fit(frame, "mle", nAGQ=5, missing="drop"), PointFit)
        assert_type(model.fit(method, progress=False), Fit | PointFit)
        assert_type(Schools.fit(frame, method, draws=100), Fit | PointFit)
