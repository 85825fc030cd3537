"""Other outcomes on a covariate as it comes: the posterior agrees with maximum likelihood."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import special, stats

import stanlevels as sl
from tests.priors.kit import COVARIATES, N, agrees, bind, standard
from tests.priors.likelihood import maximum
from tests.priors.posterior import posterior

Outcome = tuple[Callable[[Any, Any], Any], Callable[..., np.ndarray], Callable[..., np.ndarray], list[float]]
"""The line, given a predictor and a positive unknown; draws and log densities likewise; a start."""

OUTCOMES: dict[str, Outcome] = {
    "LogNormal": (
        lambda eta, s: sl.LogNormal(eta, s, observed=True),
        lambda r, eta: np.exp(eta + r.normal(0, 0.5, N)),
        lambda y, eta, s: stats.norm.logpdf(np.log(y), eta, s) - np.log(y),
        [1.0, 0.3, -0.7],
    ),
    "Gamma": (
        lambda eta, s: sl.Gamma(log=eta, shape=s, observed=True),
        lambda r, eta: np.exp(eta) * r.gamma(4, 1 / 4, N),
        lambda y, eta, s: stats.gamma.logpdf(y, s, scale=np.exp(eta) / s),
        [1.0, 0.3, 1.4],
    ),
    "Beta": (
        lambda eta, s: sl.Beta(logit=eta, concentration=s, observed=True),
        lambda r, eta: r.beta(8 * special.expit(eta), 8 * special.expit(-eta)),
        lambda y, eta, s: stats.beta.logpdf(y, s * special.expit(eta), s * special.expit(-eta)),
        [1.0, 0.3, 2.0],
    ),
    "StudentT": (
        lambda eta, s: sl.StudentT(4, eta, s, observed=True),
        lambda r, eta: eta + 0.5 * r.standard_t(4, N),
        lambda y, eta, s: stats.t.logpdf(y, 4, eta, s),
        [1.0, 0.3, -0.7],
    ),
    "Exponential": (
        lambda eta, s: sl.Exponential(log=eta, observed=True),
        lambda r, eta: np.exp(eta) * r.exponential(size=N),
        lambda y, eta, s: stats.expon.logpdf(y, scale=np.exp(eta)) - (np.log(s) - 1) ** 2,
        [1.0, 0.3, 1.0],
    ),
}


@pytest.mark.parametrize("covariate", ["years", "proportions"])
@pytest.mark.parametrize("family", OUTCOMES)
def test_an_outcome_on_a_covariate_as_it_comes_agrees_with_maximum_likelihood(family: str, covariate: str):
    line, draw, log_density, start = OUTCOMES[family]
    r = np.random.default_rng(90)
    x = COVARIATES[covariate](r)
    z = standard(x)
    y = draw(r, 1 + 0.3 * z)
    a, b, s = sl.Normal(), sl.Normal(), sl.HalfNormal(20)
    lines = {"a": a, "b": b, **({} if family == "Exponential" else {"s": s})}
    found = posterior(bind({**lines, "y": line(a + b * sl.data("x"), s)}, {"x": x, "y": y}))
    right = maximum(lambda q: float(np.sum(log_density(y, q[0] + q[1] * z, np.exp(q[2])))), start)
    slope, slope_se = right.estimate[1] / x.std(), right.se[1] / x.std()
    assert agrees(found, "b", slope, slope_se)
    middle = float(found.mean["a"] + found.mean["b"] * x.mean())
    assert middle == pytest.approx(right.estimate[0], abs=0.25 * right.se[0])


@pytest.mark.parametrize("covariate", ["years", "proportions"])
def test_ordered_answers_agree_with_maximum_likelihood(covariate: str):
    r = np.random.default_rng(91)
    x = COVARIATES[covariate](r)
    z = standard(x)
    answer = 1 + np.digitize(z + r.logistic(size=N), [-1.0, 0.5, 2.0])

    def log_likelihood(q: np.ndarray) -> float:
        cuts = np.array([-np.inf, *np.cumsum([q[1], np.exp(q[2]), np.exp(q[3])]), np.inf])
        above, below = special.expit(cuts[answer] - q[0] * z), special.expit(cuts[answer - 1] - q[0] * z)
        return float(np.log(above - below).sum())

    cutpoint, b = sl.Index(3), sl.Normal()
    cut = sl.Normal(over=cutpoint, ordered=True)
    line = sl.OrderedLogistic(b * sl.data("x"), cut, observed=True)
    lines = {"cutpoint": cutpoint, "b": b, "cut": cut, "answer": line}
    found = posterior(bind(lines, {"x": x, "answer": answer}))
    right = maximum(log_likelihood, [1.0, -1.0, 0.4, 0.4])
    assert agrees(found, "b", right.estimate[0] / x.std(), right.se[0] / x.std())
    middle = float(found.mean["cut"][0] - found.mean["b"] * x.mean())
    assert middle == pytest.approx(right.estimate[1], abs=0.25 * right.se[1])


@pytest.mark.parametrize("covariate", ["years", "proportions"])
def test_categories_against_the_first_agree_with_maximum_likelihood(covariate: str):
    r = np.random.default_rng(92)
    x = COVARIATES[covariate](r)
    z = standard(x)
    logits = np.column_stack([np.zeros(N), 0.5 + z, -0.5 * z])
    chosen = 1 + np.array([r.choice(3, p=special.softmax(row)) for row in logits])

    def log_likelihood(q: np.ndarray) -> float:
        eta = np.column_stack([np.zeros(N), q[0] + q[1] * z, q[2] + q[3] * z])
        return float((eta[np.arange(N), chosen - 1] - special.logsumexp(eta, axis=1)).sum())

    a2, b2, a3, b3 = sl.Normal(), sl.Normal(), sl.Normal(), sl.Normal()
    x_ = sl.data("x")
    line = sl.Categorical(logit=[0, a2 + b2 * x_, a3 + b3 * x_], observed=True)
    lines = {"a2": a2, "b2": b2, "a3": a3, "b3": b3, "chosen": line}
    found = posterior(bind(lines, {"x": x, "chosen": chosen}))
    right = maximum(log_likelihood, [0.5, 1.0, 0.0, -0.5])
    assert agrees(found, "b2", right.estimate[1] / x.std(), right.se[1] / x.std())
    assert agrees(found, "b3", right.estimate[3] / x.std(), right.se[3] / x.std())


def test_cutpoints_are_said_to_be_on_the_latent_scale() -> None:
    class Ratings(sl.Model):
        cut = sl.Normal(over=sl.Index(2), ordered=True)
        r = sl.OrderedProbit(0, cut, observed=True)

    assert "1 on the latent scale of r" in str(Ratings.bind({"r": [0, 1, 2, 1, 0]}).priors)
