"""The scale of an outcome, from which default priors are made: where a predictor may lie, and how far.

See docs/priors.md for the rule and its sources. Weights count as rows would.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.family import Parameter
from stanlevels.linear.locations import Location
from stanlevels.linear.multiples import Columns
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import Known, Setting

__all__ = [
    "SHAPE",
    "WIDE",
    "Target",
    "component_target",
    "logarithm_of",
    "moments",
    "outcome_chance",
    "outcome_shape",
    "outcome_spread",
    "outcome_target",
    "root_of_outcome",
    "smallest_outcome",
]


SHAPE = 20.0  # the mean of Gamma(2, 0.1)
WIDE = 2.5  # what default priors multiply a spread by (rstanarm's and brms's habit)


@dataclass(frozen=True)
class Target:
    """How large a predictor may be expected to be.

    Attributes
    ----------
    center, spread : float
        On the predictor's own scale, offsets taken off.
    convention : bool
        Whether the spread is a convention (1 on the logit scale) rather than measured.
    words : str
    """

    center: float
    spread: float
    convention: bool
    words: str


def logarithm_of(target: Target) -> Target:
    """Where the logarithm of something of this size lies."""
    center = float(np.log(max(abs(target.center), target.spread)))
    return Target(center, 1.0, True, f"1 on the log scale; {target.words}")


def moments(values: Array, weights: Array | None) -> tuple[float, float]:
    """Mean and standard deviation; a frequency weight counts as so many rows."""
    if not len(values):
        return 0.0, 0.0
    if weights is None:
        return float(values.mean()), float(values.std(ddof=1)) if len(values) > 1 else 0.0
    total = float(weights.sum())
    if total <= 0:
        return 0.0, 0.0
    mean = float(weights @ values / total)
    square = float(weights @ np.square(values - mean))
    return mean, float(np.sqrt(square / (total - 1))) if total > 1 else 0.0


def outcome_target(line: Line, location: Location, offset: Array, component: int, columns: Columns) -> Target:
    """Where the predictor of an outcome lies.

    Parameters
    ----------
    line : Line
        With data.
    location : Location
    offset : ndarray, (units,)
        The known part of the predictor.
    component : int
        Of an outcome with several.
    columns : Columns
    """
    y, weights = _outcome(line, component, columns)
    if not len(y):
        return Target(0.0, 1.0, True, f"{line.name!r} has no rows: a scale of 1")
    name = _called(line, component)
    if line.family.is_categorical:
        scale = "latent" if line.family.is_ordinal else "logit"
        return _categories(np.bincount(y.astype(int), weights), name, scale)
    if line.family.is_tally:
        counts = np.asarray(columns.facts.outcome(line.name), dtype=float)
        return _categories(counts.sum(axis=0) if weights is None else weights @ counts, line.name)
    exposure = _log_exposure(location, columns)
    if line.family.part is not None:
        some = line.family.part.inside(y)
        if some.any():
            y, offset, exposure = y[some], offset[some], np.broadcast_to(exposure, some.shape)[some]
            weights = None if weights is None else weights[some]
    match location.link:
        case "log":
            return _log(line, y, offset + exposure, weights, name)
        case "log_rate":  # as large as the outcome is small
            found = _log(line, y, -offset, weights, name)
            return replace(found, center=-found.center)
        case "logit":
            trials = _trials(line, columns)
            yes, all_ = _total(y, weights), _total(np.broadcast_to(trials, y.shape), weights)
            return _logit(yes, all_, moments(offset, weights)[0], name)
        case "tan_half":
            return _direction(y, moments(offset, weights)[0], name)
    if line.family.location_link == "log":
        return _linear(np.log(y) - offset, weights, f"log {name}")
    if line.parameter(location.argument).support.constrained:
        trials = np.broadcast_to(_trials(line, columns), y.shape)  # of which it is a share
        mean = moments(y / trials - offset, weights)[0]
        return Target(mean, max(abs(mean), 1e-3), False, f"the mean of {name}")
    return _linear(y - offset, weights, name)


def _outcome(line: Line, component: int, columns: Columns) -> tuple[Array, Array | None]:
    values = np.asarray(columns.facts.outcome(line.name), dtype=float)
    weights = columns.facts.weights(line.name)
    return (values[:, component] if values.ndim > 1 else values), weights


def _of_part(line: Line, y: Array, weights: Array | None) -> tuple[Array, Array | None]:
    """The outcomes that scale and shape are about; all where these are about all, or nothing is there."""
    some = None if line.family.part is None else line.family.part.inside(y)
    if some is None or not some.any():
        return y, weights
    return y[some], None if weights is None else weights[some]


def _called(line: Line, component: int) -> str:
    return line.variable.observed[component] if line.width > 1 else line.name


def _linear(values: Array, weights: Array | None, name: str) -> Target:
    mean, spread = moments(values, weights)
    if not np.isfinite(spread) or spread <= 0:
        return Target(mean, 1.0, True, f"{name} is constant: a scale of 1")
    return Target(mean, spread, False, f"sd({name}) = {spread:.3g}")


def _direction(y: Array, offset: float, name: str) -> Target:
    """The predictor of the mean direction; a spread of 1 reaches a right angle from straight ahead."""
    ahead = float(np.arctan2(np.sin(y).mean(), np.cos(y).mean()))
    return Target(float(np.tan(ahead / 2)) - offset, 1.0, True, f"1 on the scale of tan({name} / 2)")


def _log(line: Line, y: Array, offset: Array, weights: Array | None, name: str) -> Target:
    """Half an event more, so that no count at all has a logarithm; outcomes that are not counts have one."""
    some = 0.5 if line.family.discrete else 0.0
    events = _total(y, weights) or some or 1.0
    center = float(np.log(events / max(_total(np.exp(np.broadcast_to(offset, y.shape)), weights), 1e-300)))
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = moments(np.log(y + some) - offset, weights)[1]
    if not np.isfinite(spread) or spread <= 1:
        return Target(center, 1.0, True, f"1 on the log scale of {name}")
    return Target(center, spread, True, f"sd(log {name}) = {spread:.3g}")


def _total(values: Array, weights: Array | None) -> float:
    return float(values.sum() if weights is None else weights @ values)


def _log_exposure(location: Location, columns: Columns) -> Array | float:
    if location.exposure is None:
        return 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(columns.multiple(location.exposure)[:, 0])
    return np.where(np.isfinite(logs), logs, 0.0)


def _trials(line: Line, columns: Columns) -> Array:
    argument = next((p.name for p in line.form.parameters if p.kind == "data"), "")
    term = line.args.get(argument)
    if isinstance(term, Known):
        return np.asarray(columns.facts.column(line.domain, term.column), dtype=float)
    return np.asarray(term.values[0] if isinstance(term, Setting) else 1.0)


def _categories(counts: Array, name: str, scale: str = "logit") -> Target:
    """Wide enough for the rarest category, by its log odds against the others."""
    shares = (counts[counts > 0] + 0.5) / (counts.sum() + 1)
    largest = float(np.max(np.abs(np.log(shares / (1 - shares))), initial=0.0)) if len(shares) > 1 else 0.0
    spread = max(1.0, largest / WIDE)
    return Target(0.0, spread, True, f"{spread:.3g} on the {scale} scale of {name}")


def component_target(line: Line, parameter: Parameter, offset: Array, columns: Columns) -> Target:
    """Where the location of one distribution of a mixture lies, or the log odds of each.

    A location lies where that of all of the outcome does.
    """
    y, weights = _outcome(line, 0, columns)
    if parameter.kind == "odds of each":
        words = f"1 on the logit scale of which distribution {line.name} is from"
        return Target(0.0, 1.0, True, words)
    if not len(y):
        return Target(0.0, 1.0, True, f"{line.name!r} has no rows: a scale of 1")
    match parameter.link:
        case "log" if (y > 0).any():
            some = y > 0
            return _log(line, y[some], offset[some], None if weights is None else weights[some], line.name)
        case "logit":
            trials = np.broadcast_to(_trials(line, columns), y.shape)
            return _logit(_total(y, weights), _total(trials, weights), moments(offset, weights)[0], line.name)
    if parameter.support.constrained:
        mean = moments(y - offset, weights)[0]
        return Target(mean, max(abs(mean), 1e-3), False, f"the mean of {line.name}")
    return _linear(y - offset, weights, line.name)


def outcome_chance(line: Line, parameter: Parameter, offset: Array, columns: Columns) -> Target:
    """Where the log odds of what some outcomes show and others do not lie."""
    y, weights = _outcome(line, 0, columns)
    assert parameter.counts is not None
    happens, could = parameter.counts(y)
    yes, all_ = _total((happens & could).astype(float), weights), _total(could.astype(float), weights)
    called = f"the {parameter.name.removesuffix('_logit')} of {line.name}"
    return _logit(yes, all_, moments(offset, weights)[0], called)


def _logit(yes: float, all_: float, offset: float, called: str) -> Target:
    """Where log odds lie: an event more of both, where there is none of one."""
    some = 0.0 if 0 < yes < all_ else 0.5
    no = max(all_ - yes, 0.0)  # more events than trials are refused later, in words
    center = float(np.log((yes + some) / (no + some))) - offset
    return Target(center, 1.0, True, f"1 on the logit scale of {called}")


def outcome_spread(line: Line, component: int, columns: Columns) -> tuple[float, str]:
    """What the residual scale of an outcome may be: its standard deviation."""
    if line.family.is_ordinal:
        return 1.0, "that of the latent variable, whose cutpoints are on the scale of 1"
    y, weights = _of_part(line, *_outcome(line, component, columns))
    y = np.log(y) if line.family.location_link == "log" else y
    found = _linear(y, weights, f"{'log ' * (line.family.location_link == 'log')}{_called(line, component)}")
    return (found.spread, found.words) if len(y) else (1.0, f"{line.name!r} has no rows: a scale of 1")


def outcome_shape(line: Line, columns: Columns) -> tuple[float, str]:
    """What a shape may be: wide enough for an outcome that its predictor explains but for a tenth.

    A shape is the reciprocal of a squared coefficient of variation, which is the outcome's own where nothing
    explains it. Degrees of freedom have no scale: 20, as in Juarez and Steel's (2010) prior.
    """
    if line.family.is_tally:
        return SHAPE, "a concentration: anywhere from 1 to 60"
    if line.family.location_scale or not line.family.is_scalar:
        return SHAPE, "degrees of freedom: mostly between 3 and 60"
    y, weights = _of_part(line, *_outcome(line, 0, columns))
    mean, spread = moments(y, weights)
    largest = line.family.support.upper
    base = mean * (largest - mean) if np.isfinite(largest) else mean**2
    if not spread > 0 or not base > 0:
        return SHAPE, "a shape: anywhere from 1 to 60"
    size = max(SHAPE, 100 * base / spread**2)
    return size, f"a shape: {base / spread**2:.3g} for {line.name!r} if nothing explains it"


def smallest_outcome(line: Line, columns: Columns) -> tuple[float, str]:
    """Below what a delay lies: the smallest outcome, of whatever sign."""
    y, weights = _outcome(line, 0, columns)
    y = np.abs(y if weights is None else y[weights > 0])
    y = y[y > 0]
    if not len(y):
        return 1.0, f"{line.name!r} has no rows: a scale of 1"
    return float(y.min()), f"the smallest {line.name!r}"


def root_of_outcome(line: Line, columns: Columns) -> tuple[float, str]:
    """The root of the mean outcome, of whatever sign: what a process moves in that time."""
    y, weights = _outcome(line, 0, columns)
    mean = moments(np.abs(y), weights)[0]
    if not mean > 0:
        return 1.0, f"{line.name!r} has no rows: a scale of 1"
    return float(np.sqrt(mean)), f"the root of the mean of {_called(line, 0)} = {mean:.3g}"
