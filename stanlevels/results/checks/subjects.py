"""What a check is about, as people say it."""

from __future__ import annotations

from math import prod

import numpy as np

from stanlevels.arrays import Array
from stanlevels.plan.placed import Line
from stanlevels.plan.quantities import BETWEEN, Centering
from stanlevels.plan.terms import Use, uses
from stanlevels.results.draws import Draws, component_labels

__all__ = ["called", "derived_scale", "other_form"]


def called(name: str, position: int, draws: Draws) -> str:
    """One number of a recorded quantity: ``A of app 'com.x'``, ``B[days] of subject 308``."""
    axes, domain = component_labels(draws.planned, name), draws.line(name).domain
    widths = [len(labels) for labels in axes]
    unit, inner = divmod(position, prod(widths))
    said = []
    for width, labels in zip(reversed(widths), reversed(axes), strict=True):
        inner, at = divmod(inner, width)
        said.append(str(labels[at]))
    text = f"{name}[{', '.join(reversed(said))}]" if said else name
    return f"{text} of {draws.bound.called(domain, unit)}" if domain else text


def other_form(line: Line, centered: Centering, to: bool | None = None) -> str:
    """The line to write for another parameterisation of a random variable: `to`, or the opposite."""
    other = centered is False if to is None else to
    now = {True: "centred", False: "non-centred", BETWEEN: "between centred and not"}[centered]
    declaration = f"{line.name} = sl.{line.variable.distribution}(..., centered={other})"
    return f"{line.name} is {now}: try {declaration}"


def derived_scale(name: str, draws: Draws) -> str:
    """The scale to declare instead, where `name` is the precision or variance behind one; else "".

    A power of a scale has a longer tail, or a neck nearer 0, than the scale itself.
    """
    if draws.line(name).domain or not draws.holds(name) or draws.size(name)[1] != 1:
        return ""
    for line in draws.planned.lines.values():
        term = line.args.get(line.scale) if line.is_variable and line.scale else None
        behind = {n for use in uses(term) for n in draws.planned.unknowns[use.name]} if term else set()
        if term is None or name not in behind or not draws.determines([term]):
            continue
        scale = draws.evaluate(term, line.domain, slice(0, 1))[:, :, 0, 0]
        if _is_other_power(scale, draws.whole(name)[:, :, 0, 0]):
            own = term.name if isinstance(term, Use) else ""
            what = f"{own}, the scale of {line.name}," if own else f"the scale of {line.name}"
            return (
                f"{what} is a power of {name}, whose tail or neck is harder to follow than the scale's own:"
                f" declare the scale, as in {own or 'sigma'} = sl.HalfNormal(...)"
            )
    return ""


def _is_other_power(scale: Array, of: Array) -> bool:
    """Whether a scale is proportional to a power, other than the first, of positive draws."""
    if not (np.all(of > 0) and np.all(scale > 0) and np.ptp(of) > 0):
        return False
    x, y = (
        np.log(values).ravel() - np.log(values).mean() for values in (of, np.broadcast_to(scale, of.shape))
    )
    slope = float((x * y).sum() / (x * x).sum())
    return abs(slope - 1) > 1e-6 and bool(np.allclose(y, slope * x, rtol=0, atol=1e-6 * np.ptp(x)))
