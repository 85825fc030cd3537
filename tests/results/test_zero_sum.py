"""Effects that sum to zero: draws, maximum likelihood against a dense computation, new units."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

import stanlevels as sl

RNG = np.random.default_rng(0)
DATA = pd.DataFrame(
    {"batch": RNG.integers(0, 4, 60), "kind": RNG.integers(0, 3, 60), "y": RNG.normal(size=60)}
)
DATA["cask"] = 10 * DATA["batch"] + DATA["kind"]
DATA["y"] += 0.3 * DATA["batch"] + 0.5 * DATA["kind"]


class Kinds(sl.Model):
    kind = sl.Level()
    mean, noise = sl.Normal(), sl.HalfNormal()
    K = sl.Normal(0, 0.6, over=kind, zero_sum=True)
    y = sl.Normal(mean + K, noise, observed=True)


class Nested(sl.Model):
    batch = sl.Level()
    cask = sl.Level(within=batch)
    mean, sd, batch_sd, noise = sl.Normal(), sl.HalfNormal(), sl.HalfNormal(), sl.HalfNormal()
    B = sl.Normal(mean, batch_sd, over=batch)
    C = sl.Normal(0, sd, over=cask, zero_sum=True)
    y = sl.Normal(B + C, noise, observed=True)


class Crossed(Nested):
    kind = sl.Level()
    C = sl.Normal(0, Nested.sd, over=(Nested.batch, kind), zero_sum=True)


def design(units: pd.Series) -> np.ndarray:
    return pd.get_dummies(units).to_numpy(dtype=float)


@pytest.mark.parametrize("model", [Nested, Crossed])
def test_maximum_likelihood_is_that_of_the_dense_normal_distribution(model: Any) -> None:
    """Casks of a batch, or kinds within each batch, have covariances sd^2 (1[same] - 1/n)."""
    B, C = design(DATA["batch"]), design(DATA["cask"])
    together = np.equal.outer(np.unique(DATA["cask"]) // 10, np.unique(DATA["cask"]) // 10)
    plane = np.eye(len(together)) - together / together.sum(axis=1)

    def loss(x: np.ndarray) -> float:
        sd, batch_sd, noise = np.exp(x[1:])
        covariance = batch_sd**2 * B @ B.T + sd**2 * C @ plane @ C.T + noise**2 * np.eye(len(B))
        return -float(stats.multivariate_normal(np.full(len(B), x[0]), covariance).logpdf(DATA["y"]))

    best = optimize.minimize(loss, [1.0, -1.0, -1.0, 0.0], tol=1e-10)
    found = model.fit(DATA, "mle", progress=False)
    assert found.log_likelihood == pytest.approx(-best.fun, abs=1e-6)
    e = found.summary()["estimate"]
    assert [e["mean"], e["sd"], e["batch_sd"], e["noise"]] == pytest.approx(
        [best.x[0], *np.exp(best.x[1:])], rel=2e-3
    )
    assert found.effects("C").groupby("batch")["estimate"].sum().to_numpy() == pytest.approx(0, abs=1e-9)


@pytest.fixture(scope="module")
def fit() -> Any:
    return Kinds.fit(DATA, seed=1, draws=400, chains=2, progress=False, engine="stanli")


def test_draws_sum_to_zero(fit: Any) -> None:
    assert np.asarray(fit.draws("K")).sum(axis=-1) == pytest.approx(0, abs=1e-12)


def test_new_units_are_no_part_of_the_sum(fit: Any, tmp_path: Path) -> None:
    new = pd.DataFrame({"kind": [1.0, 9.0, np.nan]})
    table = fit.predict(new)
    assert table["kind_is"].tolist() == ["known", "new", "unknown"]
    drawn = fit.predict(pd.DataFrame({"kind": np.arange(100, 400)}), output="xarray")
    spread = np.asarray(drawn).reshape(-1, 300) - np.asarray(fit.draws("mean")).reshape(-1, 1)
    # the mean of 240,000 squares has a relative standard error of 0.3 %: a false alarm in 1e10
    assert np.square(spread).mean() == pytest.approx(0.36, rel=0.02)
    fit.save(tmp_path / "fit.zip")
    assert sl.load(tmp_path / "fit.zip").predict(new)["estimate"].tolist() == table["estimate"].tolist()


def test_the_printed_class_says_it() -> None:
    assert "K = sl.Normal(0, 0.6, over=kind, zero_sum=True)" in str(Kinds)
    assert "ZeroSumNormal" in Kinds.latex()


def test_units_that_sum_to_zero_have_one_standard_deviation() -> None:
    class ByBatch(Nested):
        sd = sl.HalfNormal(1, over=Nested.batch)
        C = sl.Normal(0, sd, over=Nested.cask, zero_sum=True)

    assert ByBatch.bind(DATA).program

    class ByCask(Nested):
        sd = sl.HalfNormal(1, over=Nested.cask)
        C = sl.Normal(0, sd, over=Nested.cask, zero_sum=True)

    with pytest.raises(sl.DeclarationError, match="'C' is to sum to zero over 'cask', and its sigma differs"):
        ByCask.bind(DATA)


@pytest.mark.parametrize(
    ("clauses", "words"),
    [
        ({"zero_sum": "yes"}, "zero_sum= of sl.Normal is str 'yes'"),
        ({"zero_sum": True, "centered": True}, "zero_sum=True and centered=True"),
        ({"zero_sum": True, "corr": "A"}, "zero_sum=True beside bounds or corr="),
        ({"zero_sum": True, "lower": 0}, "zero_sum=True beside bounds or corr="),
    ],
)
def test_what_cannot_be_beside_it_is_refused(clauses: dict[str, Any], words: str) -> None:
    with pytest.raises(sl.DeclarationError, match=words):
        sl.Normal(0, 1, over=sl.Level("g"), **clauses)


WIDE = pd.DataFrame({name: RNG.normal(k, 1, 40) for k, name in enumerate("pqr")})


class Items(sl.Model):
    item = sl.Index(["p", "q", "r"])
    mean, sd, noise = sl.Normal(0, 5), sl.HalfNormal(1), sl.HalfNormal(1)
    b = sl.Normal(0, sd, over=item, zero_sum=True)
    p = sl.Normal(mean + b["p"], noise, observed=True)
    q = sl.Normal(mean + b["q"], noise, observed=True)
    r = sl.Normal(mean + b[2], noise, observed=True)


def test_numbers_of_an_index_sum_to_zero_and_have_the_likelihood_of_the_dense_normal() -> None:
    fit = Items.fit(WIDE, method="mle")
    y, of = WIDE.to_numpy().T.ravel(), np.repeat(np.eye(3), 40, axis=0)
    plane = of @ (np.eye(3) - 1 / 3) @ of.T

    def loss(x: np.ndarray) -> float:
        covariance = np.exp(2 * x[1]) * plane + np.exp(2 * x[2]) * np.eye(120)
        return -float(stats.multivariate_normal(np.full(120, x[0]), covariance).logpdf(y))

    best = optimize.minimize(loss, [1.0, 0, 0], tol=1e-10)
    assert fit.log_likelihood == pytest.approx(-best.fun, abs=1e-5)
    drawn = Items.prior_predictive(WIDE, draws=20, seed=1)
    assert float(abs(drawn.prior["b"].sum("item")).max()) < 1e-12
    assert 'b = b_free - (b_free["p"] + b_free["q"] + b_free["r"]) / 3' in str(Items)


def test_components_of_a_named_sum_are_read_as_they_stand() -> None:
    """A number beside components is the same for all, and a component by its label stays what it is."""

    class Named(Items):
        b = sl.Normal(0, Items.sd, over=Items.item)
        at = Items.mean + b - 0.5 * b["p"]
        p = sl.Normal(at["p"], Items.noise, observed=True)
        q = sl.Normal(at["q"], Items.noise, observed=True)
        r = sl.Normal(at["r"], Items.noise, observed=True)

    class Plain(Named):
        p = sl.Normal(Items.mean + 0.5 * Named.b["p"], Items.noise, observed=True)
        q = sl.Normal(Items.mean + Named.b["q"] - 0.5 * Named.b["p"], Items.noise, observed=True)
        r = sl.Normal(Items.mean + Named.b["r"] - 0.5 * Named.b["p"], Items.noise, observed=True)

    one, other = (model.fit(WIDE, method="mle").log_likelihood for model in (Named, Plain))
    assert one == pytest.approx(other, abs=1e-8)


def test_an_index_that_cannot_sum_to_zero_is_refused() -> None:
    index = sl.Index(2)
    for clauses, words in (({}, "left open"), ({"mu": [0, 1]}, "a list")):
        with pytest.raises(sl.DeclarationError, match=words):
            sl.Model.define("Wrong", {"k": index, "b": sl.Normal(over=index, zero_sum=True, **clauses)})
    lines = {"k": index, "b_free": sl.Normal(), "b": sl.Normal(0, 1, over=index, zero_sum=True)}
    with pytest.raises(sl.DeclarationError, match="taken"):
        sl.Model.define("Wrong", lines)


def test_one_unit_alone_is_zero() -> None:
    """With a default prior of the standard deviation, of which one unit tells nothing."""
    rows = DATA.assign(batch=1, cask=DATA["kind"], kind=1)
    fit = Crossed.fit(rows, "mle", progress=False)
    assert fit.effects("C")["estimate"].tolist() == [0.0]
