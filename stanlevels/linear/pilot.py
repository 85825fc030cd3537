"""A pilot look at the data: how much they say about each random variable.

For an effect u_j that enters a linear predictor with covariates z, the data of unit j hold the
information ``I_j = sum z^2 / v`` with v the variance of a row around its predictor (Bernoulli and
binomial: ``1 / (n p (1 - p))``; Poisson: ``1 / mu``; at the fit of the predictor's covariates alone). The
variance of the effects is the variance of their least-squares estimates less what noise accounts for (the
method of moments). A random variable that is the mean of others is informed by them in turn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Array
from stanlevels.graph import ROWS
from stanlevels.linear.expansion import expand
from stanlevels.linear.locations import Location, location_of
from stanlevels.linear.look import Look
from stanlevels.linear.moment_estimates import (
    Rows,
    common_variance,
    unit_estimates,
    variance_about,
    variance_within,
)
from stanlevels.linear.sums import Sum
from stanlevels.linear.working_response import linearised, residual
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Known, Setting

__all__ = ["Information", "pilot"]

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
    look = Look(planned, facts)
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


def _working_rows(line: Line, location: Location, read: Sum, look: Look) -> Rows:
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
        return Rows(line.domain, residual(y - offset, design), np.full(len(y), np.nan), at)
    trials = _trials(line, look, len(y), at)
    response, weight = linearised(location.link, y, trials, offset, design)
    return Rows(line.domain, response, 1 / weight, at)


def _repeated(weights: Array | None, rows: int) -> Array | None:
    """Rows as often as their weights count them."""
    if weights is None:
        return None
    whole = np.all(weights == np.floor(weights)) and weights.sum() <= _ROWS
    return np.repeat(np.arange(rows), weights.astype(int)) if whole else np.flatnonzero(weights > 0)


def _trials(line: Line, look: Look, rows: int, at: Array | None) -> Array:
    term = line.args.get(line.form.trials) if line.form.trials else None
    if isinstance(term, Known):
        values = np.asarray(look.facts.column(line.domain, term.column), dtype=float)
        return values if at is None else values[at]
    return np.full(rows, float(term.values[0]) if isinstance(term, Setting) else 1.0)


def _inform(read: Sum, rows: Rows, look: Look, found: dict[str, Information]) -> None:
    """Inform the random variables in a predictor by `rows`, then their means in turn."""
    found_here = look.entries(read, rows.domain)
    entries = {name: found_here[name].rows(rows.at) for name in sorted(found_here)}  # whatever the order
    if np.isnan(rows.variance).any():
        rows = Rows(rows.domain, rows.response, np.full(len(rows.response), common_variance(rows, entries)))
    for name, entry in entries.items():
        effect = look.planned.lines[name]
        estimates, precision = unit_estimates(rows, entry, look.facts.size(effect.domain))
        _judge(effect, estimates, precision, float(np.sqrt(np.median(rows.variance))), look, found)


def _judge(
    effect: Line, estimates: Array, precision: Array, noise: float, look: Look, found: dict[str, Information]
) -> None:
    """Variance of an effect by moments; then its own mean is informed by the estimates."""
    rank = np.linalg.matrix_rank(precision, hermitian=True) if len(precision) else np.zeros(0)
    full = rank == precision.shape[1]
    if not full.any():
        _keep(effect.name, Information(0.0, noise, 0.0, len(estimates)), found)
        return
    inverse = np.diagonal(np.linalg.inv(precision[full]), axis1=1, axis2=2)
    tau2 = _moments(effect, estimates, inverse, full, look)
    ratio = np.zeros((len(full), precision.shape[1]))
    ratio[full] = tau2 / inverse
    weakest = int(np.argmin(np.median(ratio, axis=0)))
    median = float(np.median(ratio, axis=0)[weakest])
    _keep(effect.name, Information(float(np.sqrt(tau2[weakest])), noise, median, len(estimates)), found)
    if precision.shape[1] == 1 and effect.domain != (ROWS,):
        variance = np.full(len(full), np.inf)
        variance[full] = inverse[:, 0] + tau2[0]
        rows = Rows(effect.domain, estimates[:, 0], np.minimum(variance, 1e12))
        _inform(look.mean(effect), rows, look, found)


def _keep(name: str, new: Information, found: dict[str, Information]) -> None:
    """Of what several outcomes say of a quantity, that of the one which says most, whatever their order."""
    old = found.get(name, new)
    found[name] = max(old, new, key=lambda told: (told.median_lambda, told.effect_sd, told.residual_sd))


def _moments(effect: Line, estimates: Array, variance: Array, full: Array, look: Look) -> Array:
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
            [variance_within(estimates[full, k], variance[:, k], codes) for k in range(variance.shape[1])]
        )
    design = look.design(mean, effect.domain)[full]
    return np.array(
        [variance_about(estimates[full, k], variance[:, k], design) for k in range(variance.shape[1])]
    )
