"""Where chains start: near the middle of the priors, so that the scale of the data does not matter.

Stan starts every unconstrained parameter between -2 and 2. With a mean near 5,000 and effects
that hang on it, warm-up then spends itself on the way there. Here every quantity starts near the mean
of its own distribution, given where its arguments start; locations within 2 units or one standard
deviation of it, whichever is less, positive quantities within a factor of e.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.random import Generator

from stanlevels.distributions.supports import Support
from stanlevels.distributions.table import FAMILIES, Family, Parameterization
from stanlevels.errors import FitError, listing
from stanlevels.graph import VariableNode
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import Apply, Literal, Setting, Take, Term, Use, Vector

if TYPE_CHECKING:
    from stanlevels.bound_model import BoundModel
    from stanlevels.engines import Settings

Array = np.ndarray[Any, Any]

_STREAM = 0x57A27  # keeps these draws apart from the sampler's
_FUNCTIONS: dict[str, Callable[..., float]] = {
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "square": lambda x: x * x,
    "inv_logit": lambda x: 1 / (1 + math.exp(-x)),
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
    "neg": lambda a: -a,
}


def starts(model: BoundModel, seed: int, chain: int) -> dict[str, Array]:
    """Starting values of one chain, by Stan parameter, on the constrained scale.

    Parameters
    ----------
    model : BoundModel
    seed, chain : int
        Together they decide the draw.

    Returns
    -------
    dict of str to array
        Complete: one entry per parameter, of its declared shape.
    """
    rng = np.random.default_rng(np.random.SeedSequence([seed, chain, _STREAM]))
    parameters = {declared.source: declared.name for declared in model.program.parameters}
    middles: dict[str, float] = {}
    values: dict[str, Array] = {}
    for line in model.planned.lines.values():
        middles[line.name] = _middle(line, middles)
        if line.name in parameters:
            shape, standardised = _shape(line, model), model.planned.quantities[line.name].is_standardised
            values[parameters[line.name]] = _start(line, shape, standardised, middles, rng)
    return values


def completed(model: BoundModel, settings: Settings) -> float | list[dict[str, Array]]:
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
    own = [starts(model, settings.seed, chain) for chain in range(1, settings.chains + 1)]
    return [{**start, **_checked(model, start, mine)} for start, mine in zip(own, per_chain, strict=True)]


def _checked(model: BoundModel, start: dict[str, Array], given: Mapping[str, Any]) -> dict[str, Array]:
    values = {name: np.asarray(value, dtype=float) for name, value in given.items()}
    for name, value in values.items():
        if name not in start:
            raise FitError(
                f"inits= names {name!r}, which is no parameter of the program{_instead(model, name)}",
                expected=f"one of {listing(start, 20)}",
            )
        if value.shape != np.shape(start[name]):
            raise FitError(
                f"inits= gives {name!r} values of shape {value.shape}",
                expected=f"shape {np.shape(start[name])}",
            )
    return values


def _instead(model: BoundModel, name: str) -> str:
    """What stands in the program for a quantity that is not itself a parameter."""
    found = [d.name for d in model.program.parameters if d.source == name]
    if not found:
        return ""
    line = model.planned.lines[name]
    what = (
        "non-centred"
        if model.planned.quantities[line.name].is_standardised
        else "through its Cholesky factor"
    )
    return f": it is written {what}, as {found[0]!r}"


def _shape(line: Line, model: BoundModel) -> tuple[int, ...]:
    components = tuple(len(model.planned.axes[axis]) for axis in line.components)
    shape: tuple[int, ...] = (model.data.size(line.domain),) if line.domain else ()
    shape += (math.prod(components),) if components else ()
    family = FAMILIES[line.variable.family]
    if family.support.shape == "cholesky":
        return (*shape, *shape)
    turned = (
        model.planned.quantities[line.name].is_standardised
        and family.support.shape == "vector"
        and len(shape) == 2
    )
    return shape[::-1] if turned else shape


def _start(
    line: Line, shape: tuple[int, ...], standardised: bool, middles: dict[str, float], rng: Generator
) -> Array:
    family, middle = FAMILIES[line.variable.family], middles[line.name]
    jitter = rng.uniform(-1, 1, shape)
    if standardised:
        return jitter
    if family.support.shape == "cholesky":
        return np.eye(shape[0])
    if family.support.shape == "simplex":
        share = np.exp(jitter)
        return np.asarray(share / share.sum(axis=-1, keepdims=True))
    if line.variable.ordered:
        return _increasing(family, middle, jitter)
    if family.bounds:
        low, high = (_value(line.args[name], middles) for name in family.bounds)
        return low + (high - low) * (0.5 + 0.3 * jitter)
    if family.support.upper < math.inf:
        return 1 / (1 + np.exp(-(math.log(middle / (1 - middle)) + jitter)))
    if family.support.lower > -math.inf:
        return middle * np.exp(jitter)
    return middle + min(_spread(line, middles), 2.0) * jitter


def _increasing(family: Family, middle: float, jitter: Array) -> Array:
    """Ordered values around the middle, at least half a unit apart."""
    steps = 1 + jitter / 2
    if family.support.lower > -math.inf:
        return np.cumsum(steps, axis=-1) * middle
    values = np.cumsum(steps, axis=-1)
    return np.asarray(middle + values - values.mean(axis=-1, keepdims=True))


def _spread(line: Line, middles: dict[str, float]) -> float:
    scale = next((p.name for p in _form(line).parameters if p.kind == "scale"), "")
    found = _value(line.args[scale], middles) if scale else 1.0
    return found if math.isfinite(found) and found > 0 else 1.0


def _form(line: Line) -> Parameterization:
    return FAMILIES[line.variable.family].parameterization(line.variable.parameterization)


def _middle(line: Line, middles: dict[str, float]) -> float:
    """One number for where a quantity lies: the mean of its distribution, given those of its arguments."""
    if not isinstance(line.node, VariableNode):
        return _value(line.args["value"], middles)
    family, form = FAMILIES[line.node.family], _form(line)
    fallback = _fallback(family.support)
    if not family.latent or family.support.shape in ("simplex", "cholesky"):
        return fallback
    arguments = {name: np.asarray(_value(term, middles)) for name, term in line.args.items()}
    mean = float(np.mean(form.middle(arguments)))
    inside = family.support.lower < mean < family.support.upper
    if not math.isfinite(mean) or not inside:
        return float(arguments[form.scale]) if family.half else fallback
    return mean


def _fallback(support: Support) -> float:
    if support.upper < math.inf:
        return 0.5
    return 1.0 if support.lower > -math.inf else 0.0


def _value(term: Term, middles: dict[str, float]) -> float:
    """A rough value of a term: covariates are 0, vectors their first entries' mean."""
    match term:
        case Literal(value=value):
            return value
        case Setting(values=values):
            return float(np.mean(values))
        case Use(name=name) | Take(use=Use(name=name)):
            return middles.get(name, 0.0)
        case Vector(items=items):
            return float(np.mean([_value(item, middles) for item in items]))
        case Apply(function=function, args=args):
            try:
                return float(_FUNCTIONS[function](*(_value(a, middles) for a in args)))
            except (KeyError, ArithmeticError, ValueError):
                return 0.0
        case _:
            return 0.0
