"""Where chains start: near the middle of the priors, so that the scale of the data does not matter.

Stan starts every unconstrained parameter between -2 and 2. With a mean near 5,000 and effects
that hang on it, warm-up then spends itself on the way there. Here every quantity starts near the mean
of its own distribution, given where its arguments start (unit by unit, at the covariates' values);
locations within one standard deviation of it, and within 2 units where a person wrote it; positive
quantities within a factor of e.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.random import Generator

from stanlevels.arrays import Array
from stanlevels.distributions.family import Family
from stanlevels.distributions.supports import Support
from stanlevels.errors import FitError, listing
from stanlevels.estimation.bayes.posterior import Posterior
from stanlevels.plan.facts import Data
from stanlevels.plan.placed import Line
from stanlevels.plan.quantities import Between, Moved, Softened, Standardised
from stanlevels.program.program import Parameter
from stanlevels.values.evaluate import evaluate
from stanlevels.values.forms import before_softening
from stanlevels.values.own_shift import own_shift
from stanlevels.values.store import Values, width

if TYPE_CHECKING:
    from stanlevels.engines import Settings


_STREAM = 0x57A27  # keeps these draws apart from the sampler's


def starts(posterior: Posterior, seed: int, chain: int) -> dict[str, Array]:
    """Starting values of one chain, by Stan parameter, on the constrained scale.

    Parameters
    ----------
    posterior : Posterior
    seed, chain : int
        Together they decide the draw.

    Returns
    -------
    dict of str to array
        Complete: one entry per parameter, of its declared shape.
    """
    rng = np.random.default_rng(np.random.SeedSequence([seed, chain, _STREAM]))
    parameters = {p.quantity: p for p in posterior.program.parameters}
    middles = _Middles(Values(posterior.planned, {}), posterior.data)
    values: dict[str, Array] = {}
    for name, line in posterior.planned.latent.items():
        middles = middles.with_line(line)
        if found := parameters.get(name):
            values[found.name] = _start(line, found, found.shape(posterior.stan_data), middles, rng)
    return values


def completed(posterior: Posterior, settings: Settings) -> float | list[dict[str, Array]]:
    """Starting values that a person gave, with our own for what was left out.

    Raises
    ------
    FitError
        For a name that is not a parameter of the program, or a value of another shape.
    """
    given = settings.inits
    if given is None or isinstance(given, float | int):
        return float(given or 0)
    per_chain = [given] * settings.chains if isinstance(given, Mapping) else list(given)
    own = [starts(posterior, settings.seed, chain) for chain in range(1, settings.chains + 1)]
    return [{**start, **_checked(posterior, start, mine)} for start, mine in zip(own, per_chain, strict=True)]


def _checked(posterior: Posterior, start: dict[str, Array], given: Mapping[str, Any]) -> dict[str, Array]:
    values = {name: _numbers(name, value) for name, value in given.items()}
    soft = {p.quantity: p for p in posterior.program.parameters if isinstance(p.form, Softened)}
    shapes = {**start, **{name: start[p.name] for name, p in soft.items()}}
    for name, value in values.items():
        if name not in shapes:
            raise FitError(
                f"inits= names {name!r}, which is no parameter of the program{_instead(posterior, name)}",
                expected=f"one of {listing(start, 20)}",
            )
        if not np.isfinite(value).all():
            raise FitError(
                f"inits= gives {name!r} {listing(value[~np.isfinite(value)].tolist())}",
                expected="finite numbers",
            )
        if value.shape != np.shape(shapes[name]):
            raise FitError(
                f"inits= gives {name!r} values of shape {value.shape}",
                expected=f"shape {np.shape(shapes[name])}",
            )
        if np.any(wrong := _outside(posterior, name, value)):
            raise FitError(
                f"inits= gives {name!r} {listing(value[wrong].tolist())}",
                expected=posterior.planned.lines[_quantity(posterior, name)].family.support.words,
            )
    # a positive quantity that is soft near 0 is given as itself: how it is sampled is no matter of its user
    plain = {name: value for name, value in values.items() if name not in soft}
    return plain | {soft[name].name: _softened(soft[name], values[name]) for name in values if name in soft}


def _softened(parameter: Parameter, value: Array) -> Array:
    """The parameter of a quantity that is soft near 0, where that has a value."""
    assert isinstance(parameter.form, Softened)
    return before_softening(value / np.asarray(parameter.form.typical).reshape(-1 if value.ndim else ()))


def _quantity(posterior: Posterior, name: str) -> str:
    """The quantity that a parameter stands for, or that has the name itself."""
    return next(p.quantity for p in posterior.program.parameters if name in (p.name, p.quantity))


def _outside(posterior: Posterior, name: str, value: Array) -> Any:
    """Which starting values a quantity cannot have, where it has bounds and is given as it is."""
    line = posterior.planned.lines[_quantity(posterior, name)]
    if posterior.planned.quantities[line.name].softened and name != line.name:
        return np.zeros(value.shape, dtype=bool)
    if line.family.support.shape != "scalar":
        return np.zeros(value.shape, dtype=bool)
    return (value <= line.family.support.lower) | (value >= line.family.support.upper)


def _numbers(name: str, value: Any) -> Array:
    """The starting value of one parameter as an array."""
    try:
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise FitError(
            f"inits= gives {name!r} {value!r}", expected="a number, or an array of numbers"
        ) from None


def _instead(posterior: Posterior, name: str) -> str:
    """What stands in the program for a quantity that is not itself a parameter."""
    for parameter in posterior.program.parameters:
        if parameter.quantity == name:
            match parameter.form:
                case Standardised():
                    what = "is written non-centred"
                case Between():
                    what = "is sampled between its centred and its non-centred form"
                case Softened():
                    what = "is sampled soft near 0"
                case Moved():
                    what = "is sampled together with what stands beside it"
                case _:
                    what = "is written through its Cholesky factor"
            return f": it {what}, as {parameter.name!r}"
    quantity = posterior.planned.quantities.get(name)
    return ": it is integrated out" if quantity is not None and quantity.is_integrated else ""


def _start(
    line: Line, parameter: Parameter, shape: tuple[int, ...], middles: _Middles, rng: Generator
) -> Array:
    family = line.family
    jitter = rng.uniform(-1, 1, shape)
    if isinstance(parameter.form, Standardised):
        return jitter
    if family.support.shape == "cholesky":
        return np.eye(shape[0])
    if family.support.shape == "simplex":
        share = np.exp(jitter)
        return np.asarray(share / share.sum(axis=-1, keepdims=True))
    middle = middles.values.arrays[line.name].reshape(shape)
    if line.variable.ordered:
        return _moved(
            line, parameter, _increasing(family, middle.mean(axis=-1, keepdims=True), jitter), middles
        )
    if family.bounds:
        low, high = (
            middles.of(line, name).reshape(shape) if name else np.full(shape, end)
            for name, end in zip(family.bounds, (family.support.lower, family.support.upper), strict=True)
        )
        if np.isfinite(high - low).all():
            return low + (high - low) * (0.5 + 0.3 * jitter)
        away = np.where(np.isfinite(low), middle - low, high - middle)  # from the bound that there is
        away = np.where(away > 0, away, _spread(line, middles).reshape(shape)) * np.exp(jitter)
        return np.where(np.isfinite(low), low + away, high - away)
    if family.support.upper < math.inf:
        return np.asarray(1 / (1 + np.exp(-(np.log(middle / (1 - middle)) + jitter))))
    if family.support.lower > -math.inf:
        return _moved(line, parameter, np.asarray(middle * np.exp(jitter)), middles)
    spread = _spread(line, middles).reshape(shape)
    known = parameter.type.multiplier is not None  # the data told how large it may be
    start = np.asarray(middle + (spread if known else np.minimum(spread, 2.0)) * jitter)
    return _moved(line, parameter, start, middles)


def _moved(line: Line, parameter: Parameter, start: Array, middles: _Middles) -> Array:
    """Where a parameter starts whose quantity starts there."""
    form = parameter.form
    if isinstance(form, Softened):
        return _softened(parameter, start)
    if not isinstance(form, Moved | Between):
        return start
    by = np.zeros(1)
    if form.by is not None:
        by = evaluate(form.by, line.domain, middles.values, middles.data)[0, 0]
        by = by.reshape(start.shape) if by.size == start.size else by.ravel()
    if isinstance(form, Moved):
        return np.asarray(start + by)
    location, scale = (middles.of(line, name).reshape(start.shape) for name in (form.location, form.scale))
    weights = np.broadcast_to(form.weights, (middles.data.size(line.domain), len(form.typical)))
    weights = weights.reshape(start.shape)
    return np.asarray(
        weights * (location + by) + (start - location) * (scale / form.typical) ** (weights - 1)
    )


def _increasing(family: Family, middle: Array, jitter: Array) -> Array:
    """Ordered values around the middle, at least half a unit apart."""
    steps = 1 + jitter / 2
    if family.support.lower > -math.inf:
        return np.asarray(np.cumsum(steps, axis=-1) * middle)
    values = np.cumsum(steps, axis=-1)
    return np.asarray(middle + values - values.mean(axis=-1, keepdims=True))


def _spread(line: Line, middles: _Middles) -> Array:
    if not line.scale:
        return np.ones_like(middles.values.arrays[line.name])
    found = middles.of(line, line.scale)
    return np.where(np.isfinite(found) & (found > 0), found, 1.0)


@dataclass(frozen=True)
class _Middles:
    """Where each number of each quantity lies, as one point of the prior."""

    values: Values
    data: Data

    def of(self, line: Line, argument: str) -> Array:
        """An argument of a line at this point, with all axes at full length."""
        found = evaluate(line.args[argument], line.domain, self.values, self.data)
        shape = (1, 1, self.data.size(line.domain), width(self.values.planned, line.name))
        return np.broadcast_to(found, shape)

    def with_line(self, line: Line) -> _Middles:
        """The same with one more quantity, near the mean of its distribution given its arguments."""
        middle = own_shift(line, self._middle(line.unmoved), self.values, self.data)
        return replace(self, values=self.values.storing({line.name: middle}))

    def _middle(self, line: Line) -> Array:
        family, form = line.family, line.form
        shape = (1, 1, self.data.size(line.domain), width(self.values.planned, line.name))
        fallback = np.full(shape, _fallback(family.support))
        if family.support.shape == "cholesky":
            size = len(self.values.planned.axes[line.components[0]])
            return np.broadcast_to(np.eye(size).ravel(), shape)
        if family.support.shape == "simplex":
            return np.full(shape, 1 / shape[-1])
        arguments = {p.name: self.of(line, p.name) for p in form.parameters if p.name != form.correlation}
        mean = np.broadcast_to(form.middle(arguments), shape)
        inside = np.isfinite(mean) & (family.support.lower < mean) & (mean < family.support.upper)
        return np.where(inside, mean, arguments[form.scale] if family.half else fallback)


def _fallback(support: Support) -> float:
    if support.upper < math.inf:
        return 0.5
    return 1.0 if support.lower > -math.inf else 0.0
