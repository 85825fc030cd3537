"""A pilot look at the data: how much they say about each random variable.

For an effect u_j that enters a linear predictor with covariates z, the data of unit j hold the
information ``I_j = sum z^2 / v`` with v the variance of a row around its predictor (Bernoulli and
binomial: ``1 / (n p (1 - p))``; Poisson: ``1 / mu``; both at the pooled mean). The variance of the
effects is the variance of their least-squares estimates less what noise accounts for (the method of
moments). A random variable that is the mean of others is informed by them in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.distributions.table import FAMILIES
from stanlevels.graph import ROWS, ExpressionNode, VariableNode
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Known, Setting, Take, Term, Use, Vector, addends, factors

Array = np.ndarray[Any, Any]

_PROBES = 20  # the degrees of freedom are then known to a share of sqrt(2 / 20 df)
_SWEEPS = 50

_WORKING = {
    "normal", "student_t", "cauchy", "double_exponential", "logistic", "lognormal",
    "bernoulli_logit", "binomial_logit", "poisson_log", "neg_binomial_2_log",
}  # fmt: skip


@dataclass(frozen=True)
class Information:
    """What a pilot look at the data says of one random variable.

    `effect_sd` and `residual_sd` are moment estimates; `median_lambda` is the median over units of
    lambda_j = effect_sd^2 I_j with I_j the information of the unit's data; `units` their number.
    """

    effect_sd: float
    residual_sd: float
    median_lambda: float
    units: int


@dataclass(frozen=True)
class _Rows:
    """Pseudo-data: responses with variances, at a domain."""

    domain: tuple[str, ...]
    response: Array
    variance: Array


@dataclass(frozen=True)
class _Entry:
    """How a random variable enters a predictor: its units, and a covariate per component."""

    codes: Array
    columns: Mapping[int, Array]


def pilot(planned: Planned, source: Any) -> dict[str, Information]:
    """Moment estimates for every random variable that reaches the data through a linear predictor.

    Parameters
    ----------
    planned : Planned
        After `place`.
    source : Bound

    Returns
    -------
    dict of str to Information
        Without the random variables about which the data alone do not tell.
    """
    found: dict[str, Information] = {}
    for line in planned.observed.values():
        rows = _working_rows(line, planned, source)
        if rows is not None and len(rows.response):
            _inform(line, rows, planned, source, found)
    return found


def _working_rows(line: Line, planned: Planned, source: Any) -> _Rows | None:
    family = FAMILIES[line.variable.family]
    form = family.parameterization(line.variable.parameterization)
    if form.stan not in _WORKING or family.half:
        return None
    y = np.asarray(source.outcome(line.name), dtype=float)
    if form.link == "identity":
        y = np.log(y) if form.stan == "lognormal" else y
        rest = _without_covariates(y, line, source)
        return _Rows(line.domain, rest, np.full(len(y), np.nan))
    return _linearised(form.stan, y, line, source)


def _linearised(stan: str, y: Array, line: Line, source: Any) -> _Rows:
    """One step of iteratively reweighted least squares at the pooled mean."""
    if stan in ("poisson_log", "neg_binomial_2_log"):
        mean = max(float(y.mean()), 1e-3) if len(y) else 1.0
        return _Rows(line.domain, (y - mean) / mean, np.full(len(y), 1 / mean))
    trials = np.ones(len(y))
    if stan == "binomial_logit":
        trials = _trials(line, source, len(y))
    share = min(max(float(y.sum() / max(trials.sum(), 1.0)), 1e-3), 1 - 1e-3)
    weight = np.maximum(trials * share * (1 - share), 1e-9)
    return _Rows(line.domain, (y - trials * share) / weight, 1 / weight)


def _trials(line: Line, source: Any, rows: int) -> Array:
    term = line.args["trials"]
    if isinstance(term, Known):
        return np.asarray(source.column(line.domain, term.column), dtype=float)
    assert isinstance(term, Setting)
    return np.full(rows, float(term.values[0]))


def _without_covariates(y: Array, line: Line, source: Any) -> Array:
    """The residual of a least-squares fit on the line's own numeric covariates."""
    location = next(term for name, term in line.args.items() if name == "mu")
    columns = {p.column for _, a in addends(location) for p in factors(a) if isinstance(p, Known)}
    design = np.column_stack(
        [np.ones(len(y)), *(np.asarray(source.column(line.domain, c), dtype=float) for c in sorted(columns))]
    )
    if len(y) <= design.shape[1]:
        return y - (y.mean() if len(y) else 0.0)
    return np.asarray(y - design @ np.linalg.lstsq(design, y, rcond=None)[0])


def _inform(line: Line, rows: _Rows, planned: Planned, source: Any, found: dict[str, Information]) -> None:
    """Inform the random variables in the location of `line` by `rows`, then their means in turn."""
    locations = [t for n, t in line.args.items() if _is_location(line, n)]
    entries = _entries(locations, rows.domain, planned, source)
    if np.isnan(rows.variance).any():
        rows = _Rows(rows.domain, rows.response, np.full(len(rows.response), _noise(rows, entries)))
    for name, entry in entries.items():
        effect = planned.lines[name]
        estimates, precision = _unit_estimates(rows, entry, source.size(effect.domain))
        _judge(effect, estimates, precision, float(np.sqrt(np.median(rows.variance))), planned, source, found)


def _is_location(line: Line, argument: str) -> bool:
    if isinstance(line.node, ExpressionNode):
        return True
    node = line.variable
    form = FAMILIES[node.family].parameterization(node.parameterization)
    return form.parameter(argument).kind == "location"


def _entries(terms: list[Term], domain: tuple[str, ...], planned: Planned, source: Any) -> dict[str, _Entry]:
    """The random variables in a sum, through named expressions."""
    found: dict[str, _Entry] = {}
    for term in terms:
        for _, addend in addends(term):
            parts = factors(addend)
            picked = [p for p in parts if isinstance(p, Use | Take)]
            others = [p for p in parts if not isinstance(p, Use | Take)]
            if len(picked) != 1 or not all(isinstance(p, Known) for p in others):
                continue
            use = picked[0].use if isinstance(picked[0], Take) else picked[0]
            position = picked[0].position if isinstance(picked[0], Take) else 0
            line = planned.lines[use.name]
            if isinstance(line.node, ExpressionNode) and line.domain and not others:
                inner = _entries([line.args["value"]], line.domain, planned, source)
                found |= _looked_up(inner, source.codes(domain, use.road)) if use.road else inner
            elif isinstance(line.node, VariableNode) and line.has_forms and line.domain:
                z = np.ones(source.size(domain))
                for known in others:
                    assert isinstance(known, Known)
                    z = z * np.asarray(source.column(domain, known.column), dtype=float)
                codes = source.codes(domain, use.road) if use.road else np.arange(source.size(domain))
                columns = {**(found[use.name].columns if use.name in found else {}), position: z}
                found[use.name] = _Entry(np.asarray(codes), columns)
    return found


def _looked_up(entries: Mapping[str, _Entry], codes: Array) -> dict[str, _Entry]:
    """Entries of a line, for lines that look it up."""
    return {
        name: _Entry(entry.codes[codes], {k: z[codes] for k, z in entry.columns.items()})
        for name, entry in entries.items()
    }


def _noise(rows: _Rows, entries: Mapping[str, _Entry]) -> float:
    """The mean square of a row around all effects of a predictor, fitted together.

    Projections in turn leave the residual of the joint least-squares fit (von Neumann); what they
    leave of standard normal rows counts the degrees of freedom without an n x n matrix.
    """
    total = float(rows.response.var())
    total = total if total > 0 else 1.0
    remainders = [_remainder(entry) for entry in entries.values()]
    if not remainders:
        return total
    if len(entries) == 1:
        (only,) = entries.values()
        free = len(rows.response) - float(np.linalg.matrix_rank(_gram(only), hermitian=True).sum())
    else:
        probes = np.random.default_rng(1).standard_normal((_PROBES, len(rows.response)))
        free = float(np.mean([np.sum(_apart(probe, remainders) ** 2) for probe in probes]))
    if free < max(1.0, 0.01 * len(rows.response)):
        return total / 2
    left = float(np.sum(_apart(rows.response, remainders) ** 2)) / free
    return left if left > 0 else 1e-12


def _apart(y: Array, remainders: list[Callable[[Array], Array]]) -> Array:
    """What all effects together leave of y."""
    for _ in range(_SWEEPS if len(remainders) > 1 else 1):
        before = y
        for remainder in remainders:
            y = remainder(y)
        if np.sum((y - before) ** 2) <= 1e-8 * np.sum(y**2):
            break
    return y


def _gram(entry: _Entry) -> Array:
    """The cross products (units, q, q) of the covariates of one effect."""
    columns = [entry.columns[k] for k in sorted(entry.columns)]
    products = np.array([[np.bincount(entry.codes, a * b) for b in columns] for a in columns])
    return np.moveaxis(products, 2, 0)


def _remainder(entry: _Entry) -> Callable[[Array], Array]:
    """What the least-squares fit of one effect leaves, as a function of the response."""
    columns = [entry.columns[k] for k in sorted(entry.columns)]
    inverse = np.linalg.pinv(_gram(entry), hermitian=True)
    units = len(inverse)

    def left(y: Array) -> Array:
        score = np.array([np.bincount(entry.codes, z * y, units) for z in columns])
        estimate = np.einsum("jab,bj->aj", inverse, score)
        return np.asarray(y - sum(z * b[entry.codes] for z, b in zip(columns, estimate, strict=True)))

    return left


def _unit_estimates(rows: _Rows, entry: _Entry, units: int) -> tuple[Array, Array]:
    """Least-squares estimates (units, q) and their precision matrices (units, q, q)."""
    z = np.column_stack([entry.columns[k] for k in sorted(entry.columns)])
    q = z.shape[1]
    precision = np.zeros((units, q, q))
    score = np.zeros((units, q))
    for a in range(q):
        score[:, a] = np.bincount(entry.codes, z[:, a] * rows.response / rows.variance, units)
        for b in range(q):
            precision[:, a, b] = np.bincount(entry.codes, z[:, a] * z[:, b] / rows.variance, units)
    return np.einsum("jab,jb->ja", np.linalg.pinv(precision, hermitian=True), score), precision


def _judge(
    effect: Line,
    estimates: Array,
    precision: Array,
    noise: float,
    planned: Planned,
    source: Any,
    found: dict[str, Information],
) -> None:
    """Variance of an effect by moments; then its own mean is informed by the estimates."""
    rank = np.linalg.matrix_rank(precision, hermitian=True) if len(precision) else np.zeros(0)
    full = rank == precision.shape[1]
    if not full.any():
        found[effect.name] = Information(0.0, noise, 0.0, len(estimates))
        return
    inverse = np.diagonal(np.linalg.inv(precision[full]), axis1=1, axis2=2)
    tau2 = _moments(effect, estimates, inverse, full, planned, source)
    ratio = np.zeros((len(full), precision.shape[1]))
    ratio[full] = tau2 / inverse
    weakest = int(np.argmin(np.median(ratio, axis=0)))
    found[effect.name] = Information(
        float(np.sqrt(tau2[weakest])), noise, float(np.median(ratio, axis=0)[weakest]), len(estimates)
    )
    if precision.shape[1] == 1 and effect.domain != (ROWS,):
        variance = np.full(len(full), np.inf)
        variance[full] = inverse[:, 0] + tau2[0]
        _inform(
            effect, _Rows(effect.domain, estimates[:, 0], np.minimum(variance, 1e12)), planned, source, found
        )


def _moments(
    effect: Line, estimates: Array, variance: Array, full: Array, planned: Planned, source: Any
) -> Array:
    """Variances (q,) of an effect from estimates (units, q) and their sampling variances.

    DerSimonian and Laird's (1986) estimate about the effect's own mean: that of its parent's units
    where it has a parent, else a weighted regression on the covariates of its mean. With equal
    sampling variances it is the analysis-of-variance estimate.
    """
    locations: list[Term] = [
        t for n, t in effect.args.items() if _is_location(effect, n) and not isinstance(t, Vector)
    ]
    parents = _entries(locations, effect.domain, planned, source)
    if len(parents) == 1:
        codes = next(iter(parents.values())).codes[full]
        return np.array(
            [_within(estimates[full, k], variance[:, k], codes) for k in range(variance.shape[1])]
        )
    columns = {p.column for t in locations for _, a in addends(t) for p in factors(a) if isinstance(p, Known)}
    known = [np.asarray(source.column(effect.domain, c), dtype=float) for c in sorted(columns)]
    design = np.column_stack([np.ones(len(full)), *known])[full]
    return np.array([_about(estimates[full, k], variance[:, k], design) for k in range(variance.shape[1])])


def _about(estimate: Array, variance: Array, design: Array) -> float:
    weight = 1 / variance
    weighted = design * weight[:, None]
    inverse = np.linalg.pinv(design.T @ weighted, hermitian=True)
    residual = estimate - design @ (inverse @ (weighted.T @ estimate))
    free = len(estimate) - int(np.linalg.matrix_rank(design))
    scale = weight.sum() - np.trace(inverse @ (weighted.T @ weighted))
    return _positive(float(weight @ residual**2) - free, scale)


def _within(estimate: Array, variance: Array, codes: Array) -> float:
    weight = 1 / variance
    units = int(codes.max(initial=-1)) + 1
    total = np.bincount(codes, weight, units)
    safe = np.where(total > 0, total, 1)
    means = np.bincount(codes, weight * estimate, units) / safe
    free = len(estimate) - np.count_nonzero(total)
    scale = weight.sum() - float(np.sum(np.bincount(codes, weight**2, units) / safe))
    return _positive(float(weight @ (estimate - means[codes]) ** 2) - free, scale)


def _positive(excess: float, scale: float) -> float:
    return max(excess / scale, 0.0) if scale > 0 else 0.0
