"""A pilot look at the data: how much they say about each random variable.

For every outcome whose predictor is linear, the standard deviations of all effects in it are found together,
offsets, exposures, covariates and the other effects taken into account, wherever they are written
(`linear/components.py`). At these, lambda_j = tau^2 I_j says how much the data of unit j tell of its effect
(`linear/informed.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from stanlevels.arrays import Array
from stanlevels.linear.components import Components, components
from stanlevels.linear.expansion import expand, is_random
from stanlevels.linear.informed import informations, variance
from stanlevels.linear.locations import location_of
from stanlevels.linear.look import Look
from stanlevels.linear.parts import Part
from stanlevels.linear.thinning import thinned
from stanlevels.linear.working import Outcome, Straight
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Vector

__all__ = ["Information", "Units", "pilot"]

_SUMMED = 300  # columns of which cross products of all rows are cheap,
_ENTRIES = 10_000_000  # with so many numbers in them
_RIDGE = 1e-3  # of coefficients of columns with spread 1, where outcomes or predictors have about that too


@dataclass(frozen=True, eq=False)
class Units:
    """One component of a random variable in every unit.

    Attributes
    ----------
    position : int
        The component; 0 where there is one.
    sd : float
    multiples : ndarray, (units,)
        The standard deviation of the effect of each unit is `sd` times its multiple.
    informations : ndarray, (units,)
        What the data of each unit say about its effect, as the inverse of a variance.
    declared : bool
        Whether the standard deviations are known.
    """

    position: int
    sd: float
    multiples: Array
    informations: Array
    declared: bool


@dataclass(frozen=True)
class Information:
    """What a pilot look at the data says of one random variable.

    `effect_sd` and `residual_sd` are estimates (`effect_sd` is known where it is `declared`);
    `median_lambda` is the median over units of lambda_j = effect_sd^2 I_j with I_j the information of
    the unit's data; `units` their number; `components` has both unit by unit. `told` has what the data of
    each unit alone say of its effect, component by component; NaN of units without any.
    """

    effect_sd: float
    residual_sd: float
    median_lambda: float
    units: int
    declared: bool = False
    components: tuple[Units, ...] = field(default=(), compare=False)
    told: tuple[Array, ...] = field(default=(), compare=False)


def pilot(planned: Planned, facts: Facts, *, correlated: bool = False) -> dict[str, Information]:
    """How much is known of every random variable that reaches the data through a linear predictor.

    Parameters
    ----------
    planned : Planned
        As placed.
    facts : Facts
    correlated : bool
        Whether it is asked of those whose units are correlated, which are looked at as if they were not;
        else of those that have forms.

    Returns
    -------
    dict of str to Information
        Without the random variables about which the data alone do not tell.
    """
    look = Look(planned, facts)
    found: dict[str, Information] = {}
    for line in planned.observed.values():
        for name, told in _of_line(line, look, correlated).items():
            # of what several outcomes say that of the one which says most, whatever their order
            found[name] = max(found.get(name, told), told, key=_much)
    return found


def _much(told: Information) -> tuple[float, ...]:
    return told.median_lambda, told.effect_sd, told.residual_sd


def _is_asked(line: Line, correlated: bool) -> bool:
    """Whether it is asked how much is known of a random variable."""
    return line.family.structure is not None if correlated else line.has_forms


def _of_line(line: Line, look: Look, correlated: bool) -> dict[str, Information]:
    """What one outcome says."""
    location = location_of(line, look.reader)
    if location is None or isinstance(location.term, Vector) or location.term.components:
        return {}
    random = [n for n, x in look.planned.latent.items() if is_random(x) and (x.domain or x.is_shrunk)]
    expanded = expand(look.reader.read(location.term, location.place), look.reader, only=random)
    outcome = look.outcome(line, location, expanded.known)
    if outcome is None or not outcome.frequency.sum() > 0:
        return {}
    n = len(outcome.frequency)
    parts = look.parts(expanded, n)
    if not any(_is_asked(look.planned.lines[part.name], correlated) for part in parts):
        return {}
    outcome, parts, unit = _on_a_common_scale(outcome, parts)
    X = look.design(expanded.fixed, n)
    with np.errstate(all="ignore"):  # outcomes of any size are looked at; what comes of it is checked
        found = _components(outcome, X, parts)
        weight = _weights(outcome, X, parts, found)
        told = _informations(parts, weight, found, unit, look, correlated)
    return {name: each for name, each in told.items() if np.isfinite(each.median_lambda)}


def _on_a_common_scale(outcome: Outcome, parts: tuple[Part, ...]) -> tuple[Outcome, tuple[Part, ...], float]:
    """Normal responses about 0 with spread 1, known standard deviations in that unit, and the unit."""
    if not isinstance(outcome, Straight):
        return outcome, parts, 1.0
    largest = float(np.max(np.abs(outcome.response)))
    y = outcome.response / largest if largest > 0 else outcome.response
    y = y - np.average(y, weights=outcome.frequency)
    spread = float(np.sqrt(np.average(np.square(y), weights=outcome.frequency)))
    unit = spread * largest if spread > 1e-14 else 1.0
    scale = outcome.scale if outcome.unknown else outcome.scale / unit
    y = y / spread if spread > 1e-14 else np.zeros(len(y))
    known = tuple(replace(p, known=p.known / unit) if p.root is None else p for p in parts)
    return replace(outcome, response=y, scale=scale), known, unit


def _components(outcome: Outcome, X: Array, parts: tuple[Part, ...]) -> Components:
    """Variances, and effects of all units: 0 for those that were not looked at."""
    rows = np.arange(len(X)) if _is_summed(outcome, X, parts) else thinned(parts, len(X))
    ridge = np.full(X.shape[1], _RIDGE)
    if len(rows) == len(X):
        return components(outcome, X, parts, ridge)
    pieces = [part.at(rows) for part in parts]
    found = components(outcome.at(rows), X[rows], tuple(part for part, _ in pieces), ridge)
    effects = [np.zeros(part.units) for part in parts]
    for effect, (_, units), values in zip(effects, pieces, found.effects, strict=True):
        effect[units] = values
    return replace(found, effects=tuple(effects))


def _is_summed(outcome: Outcome, X: Array, parts: tuple[Part, ...]) -> bool:
    """Whether all rows go into sums once: of few large units, some rows would not show a small variance."""
    once = isinstance(outcome, Straight) and outcome.groups is None
    columns = X.shape[1] + sum(part.units for part in parts)
    return once and columns <= _SUMMED and len(X) * (X.shape[1] + len(parts)) <= _ENTRIES


def _weights(outcome: Outcome, X: Array, parts: tuple[Part, ...], found: Components) -> Array:
    """Precisions of all rows, at what was found."""
    if isinstance(outcome, Straight):
        return outcome.rows(outcome.response, found.dispersion).weight
    eta = outcome.offset + X @ found.fixed
    for part, effect in zip(parts, found.effects, strict=True):
        for road in part.roads:
            eta = eta + road.multiple * (part.known * effect)[road.codes]
    return outcome.rows(eta, found.dispersion).weight


def _informations(
    parts: tuple[Part, ...], weight: Array, found: Components, unit: float, look: Look, correlated: bool
) -> dict[str, Information]:
    positive = weight > 0
    noise = unit / float(np.sqrt(np.median(weight[positive]))) if positive.any() else 0.0
    told = {}
    for name in dict.fromkeys(part.name for part in parts):
        if not _is_asked(look.planned.lines[name], correlated):
            continue
        mine = [part for part in parts if part.name == name]
        others = [part for part in parts if part.name != name]
        information = informations(mine, others, weight, found.variances, look.facts.determines)
        tau2 = np.column_stack([variance(part, found.variances) for part in mine])
        values = tau2 * information
        medians = np.median(values, axis=0) if len(values) else np.zeros(len(mine))
        weakest = int(np.argmin(medians))
        part = mine[weakest]
        known = float(np.median(part.known)) if len(part.known) else 0.0
        sd = unit * known * _sd(part, found)
        units = tuple(
            Units(
                part.position,
                unit * _sd(part, found),
                part.known,
                information[:, k] / unit**2,
                part.root is None,
            )
            for k, part in enumerate(mine)
        )
        if look.planned.lines[name].is_shrunk:  # coefficients are units of one standard deviation
            values, units = values.T, (_joined(units),)
            medians = np.median(values, axis=0)
        lowest = float(medians.min(initial=np.inf))
        every = zip(mine, information.T, tau2.T, strict=True)
        alone = tuple(unit * _alone(p, found, parts, known_of, own) for p, known_of, own in every)
        told[name] = Information(sd, noise, lowest, len(values), part.root is None, units, alone)
    return told


def _alone(part: Part, found: Components, parts: tuple[Part, ...], information: Array, tau2: Array) -> Array:
    """What the data of each unit alone say of its effect: the shrunken one, stretched again."""
    shrunk = part.known * found.effects[parts.index(part)]
    with np.errstate(all="ignore"):
        return np.where(information > 0, shrunk * (1 + 1 / (tau2 * information)), np.nan)


def _joined(units: tuple[Units, ...]) -> Units:
    """Components with one standard deviation as units of one component."""
    known = np.concatenate([each.multiples for each in units])
    information = np.concatenate([each.informations for each in units])
    return replace(units[0], multiples=known, informations=information)


def _sd(part: Part, found: Components) -> float:
    """The unknown number in the standard deviation of a component; 1 where all of it is known."""
    return 1.0 if part.root is None else float(np.sqrt(found.variances[part.root]))
