"""A pilot look at the data: how much they say about each random variable.

For an effect u_j that enters a linear predictor with covariates z, the data of unit j hold the
information ``I_j = sum z^2 / v`` with v the variance of a row around its predictor (Bernoulli and
binomial: ``1 / (n p (1 - p))``; Poisson: ``1 / mu``; at the fit of the predictor's covariates alone). The
variance of the effects is the variance of their least-squares estimates less what noise accounts for (the
method of moments). A random variable that is the mean of others is informed by them in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from stanlevels.arrays import Array
from stanlevels.graph import ROWS
from stanlevels.linear.expansion import expand
from stanlevels.linear.gather import gather
from stanlevels.linear.locations import Location, location_of
from stanlevels.linear.multiples import Columns
from stanlevels.linear.sums import Place, Reader, Sum, Unknown
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Known, Setting, Vector

__all__ = ["Information", "pilot"]


_PROBES = 20  # the degrees of freedom are then known to a share of sqrt(2 / 20 df)
_SWEEPS = 50
_STEPS = 8  # of reweighted least squares: a pilot needs no last digits
_ROWS = 5_000_000  # that frequency weights may stand for


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
    """Pseudo-data: responses with variances, at a domain; `at` says which rows of the data they are."""

    domain: tuple[str, ...]
    response: Array
    variance: Array
    at: Array | None = None


@dataclass(frozen=True)
class _Entry:
    """How a random variable enters a predictor: its units, and a covariate per component."""

    codes: Array
    columns: Mapping[int, Array]

    def rows(self, at: Array | None) -> _Entry:
        """The entry at some rows."""
        if at is None:
            return self
        return _Entry(self.codes[at], {k: z[at] for k, z in self.columns.items()})


@dataclass(frozen=True, eq=False)
class _Look:
    """A planned model on data, read."""

    planned: Planned
    facts: Facts
    columns: Columns = field(init=False)
    reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", Columns(self.planned, self.facts))
        object.__setattr__(self, "reader", Reader(self.planned))

    def mean(self, line: Line) -> Sum:
        """The declared mean of a random variable; nothing where it has several."""
        term = line.args[line.location] if line.location else None
        return () if term is None or isinstance(term, Vector) else self.reader.read(term, Place(line.domain))

    def entries(self, read: Sum, domain: tuple[str, ...]) -> dict[str, _Entry]:
        """The random variables in a sum."""
        n = self.facts.size(domain)
        found: dict[str, _Entry] = {}
        for addend in read:
            unknown = addend.unknown
            if not isinstance(unknown, Unknown) or addend.covariates is not None:
                continue
            line = self.planned.lines[unknown.name]
            if not line.has_forms or not line.domain or (line.components and unknown.position is None):
                continue
            codes = self.columns.units(unknown.place)
            z = np.broadcast_to(self.columns.multiple(addend)[:, 0], (n,))
            before = found[unknown.name].columns if unknown.name in found else {}
            position = unknown.position or 0
            columns = {**before, position: z + before.get(position, 0.0)}
            found[unknown.name] = _Entry(np.arange(n) if codes is None else codes, columns)
        return found

    def design(self, read: Sum, domain: tuple[str, ...]) -> Array:
        """A column of ones, and what quantities without units are multiplied by."""
        n = self.facts.size(domain)
        fixed = [a for a in read if isinstance(a.unknown, Unknown) and not a.unknown.place.home]
        varying = [c.values for c in gather(tuple(fixed), n, self.columns) if not c.is_constant]
        return np.column_stack([np.ones(n), *varying]) if n else np.ones((0, 1))


def pilot(planned: Planned, facts: Facts) -> dict[str, Information]:
    """Moment estimates for every random variable that reaches the data through a linear predictor.

    Parameters
    ----------
    planned : Planned
        As placed.
    facts : Facts

    Returns
    -------
    dict of str to Information
        Without the random variables about which the data alone do not tell.
    """
    look = _Look(planned, facts)
    found: dict[str, Information] = {}
    for line in planned.observed.values():
        location = location_of(line, look.reader)
        if location is None or not _is_known_how(line, location):
            continue
        read = look.reader.read(location.term, location.place)
        rows = _working_rows(line, location, read, look)
        if len(rows.response):
            _inform(read, rows, look, found)
    return found


def _is_known_how(line: Line, location: Location) -> bool:
    """Whether rows of this distribution are about their predictor with a variance that is known or common."""
    if not line.family.is_scalar or location.place.home != line.domain or location.place.path:
        return False
    if location.link == "identity":
        return bool(line.family.location_scale) or line.family.gaussian
    return line.family.discrete and location.form.likelihood is not None


def _working_rows(line: Line, location: Location, read: Sum, look: _Look) -> _Rows:
    """Responses without what offsets and covariates explain, with their variances (NaN: common, unknown)."""
    y = np.asarray(look.facts.outcome(line.name), dtype=float)
    at = _repeated(look.facts.weights(line.name), len(y))
    parts = expand(read, look.reader)
    offset = np.broadcast_to(look.columns.offset(parts.known, len(y)), (len(y), 1))[:, 0]
    design = look.design(parts.fixed, line.domain)
    if at is not None:
        y, offset, design = y[at], offset[at], design[at]
    if location.link == "identity":
        y = np.log(y) if line.family.location_link == "log" else y
        return _Rows(line.domain, _residual(y - offset, design), np.full(len(y), np.nan), at)
    trials = _trials(line, look, len(y), at)
    response, weight = _linearised(location.link, y, trials, offset, design)
    return _Rows(line.domain, response, 1 / weight, at)


def _repeated(weights: Array | None, rows: int) -> Array | None:
    """Rows as often as their weights count them."""
    if weights is None:
        return None
    whole = np.all(weights == np.floor(weights)) and weights.sum() <= _ROWS
    return np.repeat(np.arange(rows), weights.astype(int)) if whole else np.flatnonzero(weights > 0)


def _residual(y: Array, design: Array) -> Array:
    """What a least-squares fit leaves."""
    if len(y) <= design.shape[1]:
        return y - (y.mean() if len(y) else 0.0)
    return np.asarray(y - design @ np.linalg.lstsq(design, y, rcond=None)[0])


def _linearised(link: str, y: Array, trials: Array, offset: Array, design: Array) -> tuple[Array, Array]:
    """Working residuals and weights at the fit of the covariates alone, by reweighted least squares."""
    eta = np.full(len(y), _start(link, y, trials, offset)) + offset
    for step in range(_STEPS):
        mean, weight = _mean_and_weight(link, eta, trials)
        residual = (y - mean) / weight
        if step == _STEPS - 1 or (design.shape[1] == 1 and not np.any(offset)) or len(y) <= design.shape[1]:
            break
        root = np.sqrt(weight)
        move = design @ np.linalg.lstsq(design * root[:, None], residual * root, rcond=None)[0]
        eta = eta + np.clip(move, -2, 2)
        if np.max(np.abs(move)) < 1e-6:
            break
    mean, weight = _mean_and_weight(link, eta, trials)
    return (y - mean) / weight, weight


def _start(link: str, y: Array, trials: Array, offset: Array) -> float:
    if not len(y):
        return 0.0
    if link == "log":
        return float(np.log(max(y.mean(), 1e-3) / max(np.exp(offset).mean(), 1e-300)))
    share = min(max(float(y.sum() / max(trials.sum(), 1.0)), 1e-3), 1 - 1e-3)
    return float(np.log(share / (1 - share)))


def _mean_and_weight(link: str, eta: Array, trials: Array) -> tuple[Array, Array]:
    if link == "log":
        mean = np.exp(np.clip(eta, -30, 30))
        return mean, np.maximum(mean, 1e-9)
    share = 1 / (1 + np.exp(-np.clip(eta, -30, 30)))
    return trials * share, np.maximum(trials * share * (1 - share), 1e-9)


def _trials(line: Line, look: _Look, rows: int, at: Array | None) -> Array:
    term = line.args.get(line.form.trials) if line.form.trials else None
    if isinstance(term, Known):
        values = np.asarray(look.facts.column(line.domain, term.column), dtype=float)
        return values if at is None else values[at]
    return np.full(rows, float(term.values[0]) if isinstance(term, Setting) else 1.0)


def _inform(read: Sum, rows: _Rows, look: _Look, found: dict[str, Information]) -> None:
    """Inform the random variables in a predictor by `rows`, then their means in turn."""
    found_here = look.entries(read, rows.domain)
    entries = {name: found_here[name].rows(rows.at) for name in sorted(found_here)}  # whatever the order
    if np.isnan(rows.variance).any():
        rows = _Rows(rows.domain, rows.response, np.full(len(rows.response), _noise(rows, entries)))
    for name, entry in entries.items():
        effect = look.planned.lines[name]
        estimates, precision = _unit_estimates(rows, entry, look.facts.size(effect.domain))
        _judge(effect, estimates, precision, float(np.sqrt(np.median(rows.variance))), look, found)


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
    effect: Line, estimates: Array, precision: Array, noise: float, look: _Look, found: dict[str, Information]
) -> None:
    """Variance of an effect by moments; then its own mean is informed by the estimates."""
    rank = np.linalg.matrix_rank(precision, hermitian=True) if len(precision) else np.zeros(0)
    full = rank == precision.shape[1]
    if not full.any():
        found[effect.name] = Information(0.0, noise, 0.0, len(estimates))
        return
    inverse = np.diagonal(np.linalg.inv(precision[full]), axis1=1, axis2=2)
    tau2 = _moments(effect, estimates, inverse, full, look)
    ratio = np.zeros((len(full), precision.shape[1]))
    ratio[full] = tau2 / inverse
    weakest = int(np.argmin(np.median(ratio, axis=0)))
    found[effect.name] = Information(
        float(np.sqrt(tau2[weakest])), noise, float(np.median(ratio, axis=0)[weakest]), len(estimates)
    )
    if precision.shape[1] == 1 and effect.domain != (ROWS,):
        variance = np.full(len(full), np.inf)
        variance[full] = inverse[:, 0] + tau2[0]
        rows = _Rows(effect.domain, estimates[:, 0], np.minimum(variance, 1e12))
        _inform(look.mean(effect), rows, look, found)


def _moments(effect: Line, estimates: Array, variance: Array, full: Array, look: _Look) -> Array:
    """Variances (q,) of an effect from estimates (units, q) and their sampling variances.

    DerSimonian and Laird's (1986) estimate about the effect's own mean: that of its parent's units
    where it has a parent, else a weighted regression on the covariates of its mean. With equal
    sampling variances it is the analysis-of-variance estimate.
    """
    mean = look.mean(effect)
    parents = look.entries(mean, effect.domain)
    if len(parents) == 1:
        codes = next(iter(parents.values())).codes[full]
        return np.array(
            [_within(estimates[full, k], variance[:, k], codes) for k in range(variance.shape[1])]
        )
    design = look.design(mean, effect.domain)[full]
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
