"""Distributions of counts of every category, which sum to a number of trials."""

from __future__ import annotations

from typing import Any

import numpy as np

from stanlevels.distributions.categories import log_softmax
from stanlevels.distributions.family import Family, Function, Parameter
from stanlevels.distributions.numbers import Numbers
from stanlevels.distributions.special import special
from stanlevels.distributions.supports import COUNTS, POSITIVE_VECTOR, SIMPLEX, VECTOR
from stanlevels.distributions.vocabulary import TRIALS, call, location, refs, shape, standard, times
from stanlevels.graph import Ref

__all__ = ["MULTINOMIALS"]

_ALL_ALIKE = 1e15
"""A concentration from which on probabilities differ by rounding alone, for estimates that are infinite."""


def _ways(x: Any) -> Any:
    """Log of the number of orders in which the trials may have gone."""
    return special.gammaln(np.sum(x, axis=-1) + 1) - np.sum(special.gammaln(x + 1), axis=-1)


def _drawn(rng: Any, size: tuple[int, ...], trials: Any, theta: Any) -> Any:
    shares = theta / np.sum(theta, axis=-1, keepdims=True)
    shares = np.broadcast_to(shares, size)
    return rng.multinomial(np.broadcast_to(trials, size[:-1]).astype(np.int64), shares)


# --- with the same probabilities in all trials --------------------------------------------------------


def _moments(theta: Any, trials: Any) -> tuple[Any, Any]:
    n = trials[..., None]
    return n * theta, n * theta * (1 - theta)


MULTINOMIAL = Family(
    "Multinomial",
    (
        standard(
            "multinomial",
            Numbers(
                COUNTS,
                log_density=lambda x, trials, theta: _ways(x) + np.sum(special.xlogy(x, theta), axis=-1),
                draw=_drawn,
                mean=lambda trials, theta: _moments(theta, trials)[0],
                variance=lambda trials, theta: _moments(theta, trials)[1],
            ),
            TRIALS,
            location("theta", SIMPLEX),
            arguments=refs("theta"),
            by_unit=True,
            phrase="how many of {trials} are of each category, with probabilities {theta}",
        ),
        standard(
            "multinomial_logit",
            Numbers(
                COUNTS,
                log_density=lambda x, trials, logit: _ways(x) + np.sum(x * log_softmax(logit), axis=-1),
                draw=lambda rng, size, trials, logit: _drawn(rng, size, trials, np.exp(log_softmax(logit))),
                mean=lambda trials, logit: _moments(np.exp(log_softmax(logit)), trials)[0],
                variance=lambda trials, logit: _moments(np.exp(log_softmax(logit)), trials)[1],
            ),
            TRIALS,
            location("logit", VECTOR),
            key="logit",
            arguments=refs("logit"),
            link="logit",
            by_unit=True,
            written=(Ref("trials"), call("softmax", Ref("logit"))),
            phrase="how many of {trials} are of each category, with log odds {logit}",
        ),
    ),
    "How many of a number of `trials` are of each category, with probabilities `theta`, or with log odds"
    " `logit=` (one per category, up to a common constant).",
    sums_to="trials",
    latent=False,
    example="sl.Multinomial(sl.data('n'), [0.2, 0.3, 0.5], observed=['bus', 'car', 'walk'])",
)

# --- with probabilities that vary ---------------------------------------------------------------------


def _log_dirichlet(x: Any, alpha: Any) -> Any:
    total = np.sum(alpha, axis=-1)
    n = np.sum(x, axis=-1)
    each = special.gammaln(x + alpha) - special.gammaln(alpha)
    return _ways(x) + special.gammaln(total) - special.gammaln(total + n) + np.sum(each, axis=-1)


def _dirichlet_drawn(rng: Any, size: tuple[int, ...], trials: Any, alpha: Any) -> Any:
    """Of shares that are gamma variables over their sum, as logs: small ones all round to 0."""
    alpha = np.broadcast_to(alpha, size)
    logs = np.log(rng.standard_gamma(alpha + 1)) + np.log(rng.uniform(size=size)) / alpha
    return _drawn(rng, size, trials, special.softmax(logs, axis=-1))


def _dirichlet_moments(alpha: Any, trials: Any) -> tuple[Any, Any]:
    total = np.sum(alpha, axis=-1, keepdims=True)
    mean, variance = _moments(alpha / total, trials)
    return mean, variance * (trials[..., None] + total) / (1 + total)


_DIRICHLET = Numbers(
    COUNTS,
    log_density=lambda x, trials, alpha: _log_dirichlet(x, alpha),
    draw=_dirichlet_drawn,
    mean=lambda trials, alpha: _dirichlet_moments(alpha, trials)[0],
    variance=lambda trials, alpha: _dirichlet_moments(alpha, trials)[1],
)


def _of_shares(argument: str) -> Numbers:
    """The same by shares, or by their log odds, and what the concentrations sum to."""

    def _alpha(given: dict[str, Any]) -> dict[str, Any]:
        value = given[argument]
        shares = value if argument == "mean" else np.exp(log_softmax(value))
        known = np.minimum(given["concentration"], _ALL_ALIKE)
        return {"trials": given["trials"], "alpha": shares * known[..., None]}

    return Numbers(
        COUNTS,
        log_density=lambda x, /, **given: _DIRICHLET.log_density(x, **_alpha(given)),
        draw=lambda rng, size, /, **given: _DIRICHLET.draw(rng, size, **_alpha(given)),
        mean=lambda **given: _DIRICHLET.mean(**_alpha(given)),
        variance=lambda **given: _DIRICHLET.variance(**_alpha(given)),
    )


def _function(name: str, signature: str, alpha: str) -> Function:
    return Function(name, "dirichlet_multinomial", (("signature", signature), ("alpha", alpha)))


_CONCENTRATION = shape("concentration")

DIRICHLET_MULTINOMIAL = Family(
    "DirichletMultinomial",
    (
        standard(
            "dirichlet_counts",
            _DIRICHLET,
            TRIALS,
            Parameter("alpha", POSITIVE_VECTOR),
            arguments=refs("alpha"),
            by_unit=True,
            phrase="how many of {trials} are of each category, with probabilities that are Dirichlet with"
            " concentrations {alpha}",
        ),
        standard(
            "dirichlet_counts_by_mean",
            _of_shares("mean"),
            TRIALS,
            location("mean", SIMPLEX),
            _CONCENTRATION,
            key="mean",
            arguments=refs("mean", "concentration"),
            by_unit=True,
            written=(Ref("trials"), times(Ref("concentration"), Ref("mean"))),
            phrase="how many of {trials} are of each category, with probabilities that are Dirichlet with"
            " mean {mean} and concentrations that sum to {concentration}",
        ),
        standard(
            "dirichlet_counts_by_logit",
            _of_shares("logit"),
            TRIALS,
            location("logit", VECTOR),
            _CONCENTRATION,
            key="logit",
            arguments=refs("logit", "concentration"),
            link="logit",
            by_unit=True,
            written=(Ref("trials"), times(Ref("concentration"), call("softmax", Ref("logit")))),
            phrase="how many of {trials} are of each category, with probabilities that are Dirichlet, whose"
            " mean has log odds {logit} and whose concentrations sum to {concentration}",
        ),
    ),
    "How many of a number of `trials` are of each category, with probabilities that differ from row to row:"
    " Dirichlet with concentrations `alpha`, or with `mean=` (or its log odds `logit=`) and `concentration`.",
    sums_to="trials",
    latent=False,
    functions=(
        _function("dirichlet_counts_lpmf", "vector alpha", "alpha"),
        _function("dirichlet_counts_by_mean_lpmf", "vector mu, real kappa", "kappa * mu"),
        _function("dirichlet_counts_by_logit_lpmf", "vector logits, real kappa", "kappa * softmax(logits)"),
    ),
    symbol="Dirichlet-Multinomial",
    example="sl.DirichletMultinomial(sl.data('n'), [2, 3, 5], observed=['bus', 'car', 'walk'])",
)

MULTINOMIALS = (MULTINOMIAL, DIRICHLET_MULTINOMIAL)
