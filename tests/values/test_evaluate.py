"""Terms in NumPy against the same sums written out by hand, and means against SciPy's."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

import stanlevels as sl
from stanlevels.binding import bind_rows
from stanlevels.graph import VariableNode
from stanlevels.plan.terms import Apply, Setting, Use
from stanlevels.values.evaluate import evaluate
from stanlevels.values.means import declared_mean, mean_of
from tests.results.kit import fit_of


class Model(sl.Model):
    site = sl.Level()
    patch = sl.Level(within=site)
    X = sl.covariates("age", "size")
    k = sl.Index(["p", "q"])
    c = sl.Constant(0.25)
    m = sl.Normal(0, 1)
    b = sl.Normal(0, 1, over=X)
    S = sl.Normal(m, 1, over=site)
    P = sl.Normal(S, 1, over=(patch, k))
    bS = sl.Normal(0, 1, over=(site, X))
    slow = sl.exp(-sl.abs(S)) ** 2 / (1 + c)
    both = sl.inv_logit(P * 2 - c)
    eta = S + P["q"] * sl.data("z") + b @ X + slow
    y = sl.Normal(eta, 1, observed=True)
    y2 = sl.Normal(bS @ X - y, 1, observed="other")


@pytest.fixture
def fit():
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(rng.normal(size=(7, 5)), columns=["age", "size", "z", "y", "other"])
    frame["site"], frame["patch"] = list("bababab"), [2, 1, 1, 2, 2, 1, 1]
    return frame, fit_of(Model, frame, draws=6)


def test_a_linear_predictor_is_what_one_would_write_by_hand(fit):
    frame, fit = fit
    post = {name: fit.by_quantity.value(name) for name in ("S", "P", "b", "slow")}
    units = sorted({(s, p) for s, p in zip(frame["site"], frame["patch"], strict=True)})
    for n, row in frame.iterrows():
        site, patch = sorted("ab").index(row["site"]), units.index((row["site"], row["patch"]))
        by_hand = post["S"][:, :, site, 0] + post["P"][:, :, patch, 1] * row["z"]
        by_hand = by_hand + post["b"][:, :, 0, 0] * row["age"] + post["b"][:, :, 0, 1] * row["size"]
        by_hand = by_hand + np.exp(-np.abs(post["S"][:, :, site, 0])) ** 2 / 1.25
        line = fit.planned.lines["eta"]
        found = fit.by_quantity.evaluate(line.args["value"], line.domain)
        # `slow` is drawn at random in this synthetic fit; its declaration is evaluated apart.
        own = fit.by_quantity.evaluate(fit.planned.lines["slow"].args["value"], ("site",))
        np.testing.assert_allclose(own[:, :, site, 0], np.exp(-np.abs(post["S"][:, :, site, 0])) ** 2 / 1.25)
        shift = post["slow"][:, :, site, 0] - own[:, :, site, 0]
        np.testing.assert_allclose(found[:, :, n, 0], by_hand + shift, rtol=1e-12)


def test_components_and_coefficients_per_unit_and_observed_quantities(fit):
    frame, fit = fit
    both = fit.by_quantity.evaluate(fit.planned.lines["both"].args["value"], ("patch",))
    assert both.shape == (4, 6, 4, 2)
    np.testing.assert_allclose(both, special.expit(fit.by_quantity.value("P") * 2 - 0.25), rtol=1e-12)
    mean = fit.by_quantity.evaluate(fit.planned.lines["y2"].args["mu"], fit.planned.lines["y2"].domain)
    site = np.searchsorted(["a", "b"], frame["site"])
    coefficients = fit.by_quantity.value("bS")[:, :, site]
    by_hand = (coefficients * frame[["age", "size"]].to_numpy()).sum(axis=-1) - frame["y"].to_numpy()
    np.testing.assert_allclose(mean[..., 0], by_hand, rtol=1e-12)


def test_the_same_draws_are_evaluated_on_other_rows(fit):
    """Rows of known units with covariates of their own, in any order and number."""
    frame, fit = fit
    rows = frame.iloc[[5, 0, 3, 3]].assign(z=[10.0, 20.0, 30.0, 40.0], y=0.0, other=0.0)
    bound = fit.by_quantity.bound
    new = bind_rows(bound.graph, bound.encodings, rows)
    line, values = fit.planned.lines["eta"], fit.by_quantity.values
    found = evaluate(line.args["value"], line.domain, values, new)
    old = evaluate(line.args["value"], line.domain, values, bound)[:, :, [5, 0, 3, 3]]
    patch = bound.codes(line.domain, ("patch",))[[5, 0, 3, 3]]
    moved = values.arrays["P"][:, :, patch, 1] * (rows["z"].to_numpy() - frame["z"].to_numpy()[[5, 0, 3, 3]])
    np.testing.assert_allclose(found[..., 0], old[..., 0] + moved, rtol=1e-12)


def test_the_dot_product_sums_over_components(fit):
    _, fit = fit
    weights = Setting("y", "weights", (2.0, -3.0), (), ("X",))
    term = Apply("dot", (weights, Use("b", (), (), ("X",))), ())
    found, b = fit.by_quantity.evaluate(term, ()), fit.by_quantity.value("b")
    assert found.shape == (4, 6, 1, 1)
    np.testing.assert_allclose(found[..., 0, 0], 2 * b[..., 0, 0] - 3 * b[..., 0, 1], rtol=1e-12)


def test_pieces_of_units_and_of_draws_give_the_same_numbers(fit):
    _, fit = fit
    line = fit.planned.lines["eta"]
    whole = fit.by_quantity.evaluate(line.args["value"], line.domain)
    pieces = [
        np.concatenate(
            [
                fit.by_quantity.window(draws).evaluate(line.args["value"], line.domain, units)
                for units in (slice(0, 3), slice(3, 7))
            ],
            axis=2,
        )
        for draws in (slice(0, 4), slice(4, 6))
    ]
    np.testing.assert_array_equal(np.concatenate(pieces, axis=1), whole)


SCIPY: dict[tuple[str, str], tuple[Any, dict[str, float]]] = {
    ("Normal", ""): (lambda a: stats.norm(a["mu"], a["sigma"]), {"mu": 1.5, "sigma": 2.0}),
    ("StudentT", ""): (lambda a: stats.t(a["nu"], a["mu"], a["sigma"]), {"nu": 3.0, "mu": 1.5, "sigma": 2.0}),
    ("Laplace", ""): (lambda a: stats.laplace(a["mu"], a["sigma"]), {"mu": -1.0, "sigma": 2.0}),
    ("Logistic", ""): (lambda a: stats.logistic(a["mu"], a["sigma"]), {"mu": -1.0, "sigma": 2.0}),
    ("LogNormal", ""): (
        lambda a: stats.lognorm(a["sigma"], scale=np.exp(a["mu"])),
        {"mu": 0.3, "sigma": 0.7},
    ),
    ("Gamma", ""): (lambda a: stats.gamma(a["alpha"], scale=1 / a["beta"]), {"alpha": 2.0, "beta": 3.0}),
    ("InverseGamma", ""): (
        lambda a: stats.invgamma(a["alpha"], scale=a["beta"]),
        {"alpha": 2.5, "beta": 3.0},
    ),
    ("Exponential", ""): (lambda a: stats.expon(scale=1 / a["beta"]), {"beta": 4.0}),
    ("Weibull", ""): (
        lambda a: stats.weibull_min(a["alpha"], scale=a["sigma"]),
        {"alpha": 1.7, "sigma": 2.0},
    ),
    ("Beta", ""): (lambda a: stats.beta(a["alpha"], a["beta"]), {"alpha": 2.0, "beta": 5.0}),
    ("Uniform", ""): (
        lambda a: stats.uniform(a["alpha"], a["beta"] - a["alpha"]),
        {"alpha": -1.0, "beta": 5.0},
    ),
    ("HalfNormal", ""): (lambda a: stats.halfnorm(scale=a["sigma"]), {"sigma": 3.0}),
    ("HalfStudentT", ""): (lambda a: FoldedT(a["nu"], a["sigma"]), {"nu": 3.0, "sigma": 2.0}),
}


class FoldedT:
    """The mean of a folded t by numerical integration."""

    def __init__(self, nu, sigma):
        self.nu, self.sigma = float(nu.ravel()[0]), float(sigma.ravel()[0])

    def mean(self):
        t = stats.t(self.nu, 0, self.sigma)
        return 2 * t.expect(lambda x: x, lb=0)


@pytest.mark.parametrize("key", SCIPY, ids=lambda key: "-".join(key))
def test_declared_means_are_those_of_scipy(key):
    make, numbers = SCIPY[key]
    arguments = {name: np.full((1, 1, 1, 1), value) for name, value in numbers.items()}
    node = VariableNode("q", key[0], (), key[1])
    np.testing.assert_allclose(mean_of(node, arguments, 1), make(arguments).mean(), rtol=1e-6)


def test_means_under_alternative_parameters_and_those_that_do_not_exist():
    def mean(family, key, **arguments):
        values = {name: np.full((1, 1, 1, 1), value) for name, value in arguments.items()}
        return float(mean_of(VariableNode("q", family, (), key), values, 1).ravel()[0])

    assert mean("Gamma", "log", log=np.log(3.0), shape=2.0) == pytest.approx(3)
    assert mean("Exponential", "log", log=np.log(3.0)) == pytest.approx(3)
    assert mean("Beta", "mean", mean=0.3, concentration=5.0) == 0.3
    assert mean("Beta", "logit", logit=0.0, concentration=5.0) == 0.5
    assert np.isnan(mean("HalfCauchy", "", sigma=1.0))
    assert np.isnan(mean("HalfStudentT", "", nu=1.0, sigma=1.0))
    assert np.isnan(mean("InverseGamma", "", alpha=0.5, beta=1.0))


class Shares(sl.Model):
    shop = sl.Level()
    kind = sl.Index(["x", "y", "z"])
    p = sl.Dirichlet(2, over=(shop, kind))
    first = p["x"]
    y = sl.Bernoulli(first, observed=True)


def test_the_mean_of_a_symmetric_dirichlet_is_one_over_the_number_of_components():
    fit = fit_of(Shares, pd.DataFrame({"shop": ["a", "b"], "y": [0, 1]}))
    mean = declared_mean("p", fit.by_quantity.values, fit.bound)
    assert mean is not None
    np.testing.assert_allclose(mean, np.full((2, 3), 1 / 3))
    assert declared_mean("first", fit.by_quantity.values, fit.bound) is None
