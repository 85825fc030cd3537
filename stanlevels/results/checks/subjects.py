"""What a check is about, as people say it."""

from __future__ import annotations

from math import prod

from stanlevels.plan.placed import Line
from stanlevels.results.draws import Draws, component_labels

__all__ = ["called", "other_form"]


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


def other_form(line: Line, centered: bool) -> str:
    """The line to write for the other parameterisation of a random variable."""
    now = "centred" if centered else "non-centred"
    declaration = f"{line.name} = sl.{line.variable.family}(..., centered={not centered})"
    return f"{line.name} is {now}: try {declaration}"
