"""Random lines with data: every family that has one, in every parameterisation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

import stanlevels as sl
from tests.oracle.draft import Draft, positive_scalar, real_scalar, scale

Line = Callable[[Draft, Any, dict[str, Any]], Any]
Outcomes = Callable[[np.random.Generator, int], np.ndarray]


def _sd(draft: Draft) -> Any:
    unit = draft.choose.pick(list(draft.units)) if draft.units else None
    return scale(draft, "noise", unit)


def _trials(draft: Draft) -> Any:
    if draft.maybe("constant number of trials", 3):
        return 9
    return sl.data(draft.column("trials", draft.rng.integers(4, 12, draft.n)))


def _log_rate(draft: Draft, eta: Any) -> Any:
    """A bounded log mean, with an offset at times."""
    if draft.maybe("offset", 3):
        exposure = draft.column("exposure", np.round(draft.rng.uniform(0.5, 3, draft.n), 2))
        return sl.log(sl.data(exposure)) + eta
    return eta


def _theta(draft: Draft, eta: Any) -> Any:
    """A probability away from 0 and 1."""
    links = {"inv_logit": sl.inv_logit, "Phi": sl.Phi, "inv_cloglog": sl.inv_cloglog}
    link = draft.pick("inverse link", links)
    return 0.05 + 0.9 * link(eta)


REALS: dict[str, Line] = {
    "Normal": lambda d, e, k: sl.Normal(e, _sd(d), **k),
    "StudentT": lambda d, e, k: sl.StudentT(positive_scalar(d, "nu"), e, _sd(d), **k),
    "Cauchy": lambda d, e, k: sl.Cauchy(e, _sd(d), **k),
    "Laplace": lambda d, e, k: sl.Laplace(e, _sd(d), **k),
    "Logistic": lambda d, e, k: sl.Logistic(e, _sd(d), **k),
    "Uniform": lambda d, e, k: sl.Uniform(-20 - sl.square(e), 20 + sl.exp(e / 9), **k),
}
POSITIVES: dict[str, Line] = {
    "LogNormal": lambda d, e, k: sl.LogNormal(e, _sd(d), **k),
    "Gamma": lambda d, e, k: sl.Gamma(_sd(d), sl.exp(-e), **k),
    "Gamma log": lambda d, e, k: sl.Gamma(log=e, shape=_sd(d), **k),
    "InverseGamma": lambda d, e, k: sl.InverseGamma(_sd(d), sl.exp(e), **k),
    "Exponential": lambda d, e, k: sl.Exponential(sl.exp(-e), **k),
    "Exponential log": lambda d, e, k: sl.Exponential(log=e, **k),
    "Weibull": lambda d, e, k: sl.Weibull(_sd(d), sl.exp(e), **k),
    "HalfNormal": lambda d, e, k: sl.HalfNormal(sl.exp(e), **k),
    "HalfCauchy": lambda d, e, k: sl.HalfCauchy(sl.exp(e), **k),
    "HalfStudentT": lambda d, e, k: sl.HalfStudentT(4, 0.1 + sl.square(e), **k),
}
FRACTIONS: dict[str, Line] = {
    "Beta": lambda d, e, k: sl.Beta(sl.exp(e / 2), _sd(d), **k),
    "Beta mean": lambda d, e, k: sl.Beta(mean=_theta(d, e), concentration=_sd(d), **k),
    "Beta logit": lambda d, e, k: sl.Beta(logit=e / 2, concentration=2 + sl.square(_sd(d)), **k),
}
COUNTS: dict[str, Line] = {
    "Binomial": lambda d, e, k: sl.Binomial(_trials(d), _theta(d, e), **k),
    "Binomial logit": lambda d, e, k: sl.Binomial(_trials(d), logit=e, **k),
    "BetaBinomial": lambda d, e, k: sl.BetaBinomial(_trials(d), sl.exp(e), _sd(d), **k),
    "BetaBinomial mean": lambda d, e, k: sl.BetaBinomial(
        _trials(d), mean=_theta(d, e), concentration=_sd(d), **k
    ),
    "BetaBinomial logit": lambda d, e, k: sl.BetaBinomial(_trials(d), logit=e, concentration=_sd(d), **k),
    "Poisson": lambda d, e, k: sl.Poisson(0.1 + sl.exp(e), **k),
    "Poisson log": lambda d, e, k: sl.Poisson(log=_log_rate(d, e), **k),
    "NegBinomial": lambda d, e, k: sl.NegBinomial(sl.exp(e), _sd(d), **k),
    "NegBinomial log": lambda d, e, k: sl.NegBinomial(log=_log_rate(d, e), shape=_sd(d), **k),
}
BINARIES: dict[str, Line] = {
    "Bernoulli": lambda d, e, k: sl.Bernoulli(_theta(d, e), **k),
    "Bernoulli logit": lambda d, e, k: sl.Bernoulli(logit=e, **k),
}


SCALARS: tuple[tuple[dict[str, Line], Outcomes], ...] = (
    (REALS, lambda g, n: np.round(g.normal(0, 1.5, n), 3)),
    (POSITIVES, lambda g, n: np.round(g.gamma(2, 1, n) + 0.05, 3)),
    (FRACTIONS, lambda g, n: np.round(g.uniform(0.05, 0.95, n), 3)),
    (COUNTS, lambda g, n: g.integers(0, 5, n)),
    (BINARIES, lambda g, n: _zeros_and_ones(g, n)),
)


def likelihood(draft: Draft, eta: Any) -> None:
    """A line with data about `eta`."""
    special = {"ordered": _ordered, "categories": _categories, "vector": _multi_normal, "shares": _dirichlet}
    family = draft.pick("likelihood", [*special, *special, *(name for group in SCALARS for name in group[0])])
    if family in special:
        special[family](draft, eta)
        return
    lines, outcomes = next(group for group in SCALARS if family in group[0])
    line = lines[family](draft, eta, _attached(draft, "y", outcomes(draft.rng, draft.n)))
    draft.lines[draft.pending.pop()] = line


def _zeros_and_ones(g: np.random.Generator, n: int) -> np.ndarray:
    ones = g.integers(0, 2, n)
    return ones.astype(bool) if g.integers(3) == 2 else ones


def _attached(draft: Draft, wanted: str, values: Any) -> dict[str, Any]:
    """Data for a line under its own name or another, and frequency weights at times."""
    line = draft.name(wanted)
    draft.pending.append(line)
    extra: dict[str, Any] = {}
    if draft.maybe("weights", 5):
        extra["weights"] = draft.column("weight", draft.rng.integers(0, 4, draft.n))
    if draft.maybe("outcome column of another name", 3):
        return {"observed": draft.column("outcome", values), **extra}
    draft.columns[line] = values
    return {"observed": True, **extra}


def _ordered(draft: Draft, eta: Any) -> None:
    """Ordered categories: whole numbers from 0 or 1 of which some may be absent, or an ordered type."""
    k = draft.choose.integer(2, 5)
    codes = draft.rng.integers(k, size=draft.n)
    kind = draft.pick("ordered outcome", ("from 1", "from 0", "ordered type", "first absent", "last absent"))
    values: Any = codes + 1
    if kind == "from 0":
        codes[0] = 0
        values = codes
    elif kind == "ordered type":
        names = ["none", "some", "much", "?", "all"][:k]
        values = pd.Categorical([names[c] for c in codes], categories=names, ordered=True)
    elif kind != "from 1":
        values = np.clip(codes, int(kind == "first absent"), k - 1 - int(kind == "last absent")) + 1
    threshold = draft.add("threshold", sl.Index(k - 1))
    spread = positive_scalar(draft, "cut_sd") if draft.maybe("hierarchical cutpoints", 3) else 3
    cut = draft.add("cut", sl.Normal(0.5, spread, over=threshold, ordered=True))
    line = sl.OrderedLogistic(eta, cut, **_attached(draft, "answer", values))
    draft.lines[draft.pending.pop()] = line


def _categories(draft: Draft, eta: Any) -> None:
    """Unordered categories with log odds or probabilities per category."""
    labels = ["walk", "b us", "1a"]
    codes = draft.rng.integers(3, size=draft.n)
    kinds = ("listed logits", "logits over an index", "simplex", "listed probabilities")
    kind = draft.pick("categories", kinds)
    values: Any = codes + 1
    if kind == "listed logits":
        argument: dict[str, Any] = {"logit": [0, eta, real_scalar(draft, "other") - eta / 3]}
    elif kind == "logits over an index":
        choice = draft.add("choice", sl.Index(labels))
        base = draft.add("base", sl.Normal(0, 1, over=choice))
        values = pd.Categorical([labels[c] for c in codes], categories=labels, ordered=True)
        argument = {"logit": _by_unit(draft, base, choice)}
    elif kind == "simplex":
        argument = {"theta": draft.add("theta", sl.Dirichlet([1.5, 2, draft.number(1, 3)]))}
    else:
        argument = {"theta": [0.2, 0.3, 0.5]}
    line = sl.Categorical(**argument, **_attached(draft, "chosen", values))
    draft.lines[draft.pending.pop()] = line


def _by_unit(draft: Draft, base: Any, choice: Any) -> Any:
    """Log odds by category, around common ones in every unit of a level where there is a level."""
    if not draft.units or not draft.maybe("logits by unit", 2):
        return base
    unit = draft.units[draft.choose.pick(list(draft.units))]
    return draft.add("taste", sl.Normal(base, 0.8, over=(unit.level, choice)))


def _multi_normal(draft: Draft, eta: Any) -> None:
    """Two correlated outcomes per row."""
    corr = draft.add("residual_corr", sl.LKJCholesky(2, dim=2))
    columns = [draft.column(c, np.round(draft.rng.normal(size=draft.n), 2)) for c in ("y1", "y2")]
    means = [eta, real_scalar(draft, "other") + eta / 2]
    sds = [scale(draft, "s1"), scale(draft, "s2")]
    draft.add("pair", sl.MultiNormal(means, sds, corr, observed=columns))


def _dirichlet(draft: Draft, _: Any) -> None:
    """Shares per row; their concentrations are the same for all."""
    shares = draft.rng.dirichlet([2, 3, 4], size=draft.n)
    columns = [draft.column(f"share{k}", shares[:, k]) for k in range(3)]
    alpha = [sl.exp(real_scalar(draft, "log_a")), 2, scale(draft, "a")]
    draft.add("shares", sl.Dirichlet(alpha, observed=columns))


def outcome_of_level(draft: Draft, name: str) -> None:
    """A response with one value per unit of a level."""
    unit = draft.units[name]
    size = unit.size
    values = np.round(draft.rng.normal(size=size), 2)[unit.rows]
    mean = draft.effects.get(name, 0) + real_scalar(draft, "score_mean")
    column = draft.column("score", values)
    draft.add("level_score", sl.Normal(mean, scale(draft, "score_sd"), over=unit.level, observed=column))


def measurement_error(draft: Draft) -> Any:
    """A covariate that is latent and observed with error."""
    true = draft.add("x_true", sl.Normal(real_scalar(draft, "x_mean"), 1.2, over=sl.rows))
    seen = draft.column("x_seen", np.round(draft.rng.normal(size=draft.n), 2))
    error = draft.choose.pick((0.3, "column"))
    if error == "column":
        error = sl.data(draft.column("x_error", np.round(draft.rng.uniform(0.2, 1, draft.n), 2)))
    draft.add("x_measured", sl.Normal(true, error, observed=seen))
    return real_scalar(draft, "beta") * true
