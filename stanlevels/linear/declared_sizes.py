"""How large a quantity is by its own declaration, where that is told by numbers."""

from __future__ import annotations

from math import exp, hypot, isfinite, sqrt
from typing import Any

from stanlevels.linear.sums import Unknown
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import Literal, Setting, Term, Vector

__all__ = ["declared_size"]


def declared_size(line: Line, part: Unknown) -> float | None:
    """The root of the mean square of a quantity, or of its component; None where numbers do not tell it.

    A positive quantity whose logarithm has a number as location is as large as its median, whatever its
    spread: discriminations ``sl.LogNormal(0, over=item)`` are about 1.
    """
    if not line.is_latent:
        return None
    numbers = {name: _number(term, part.position) for name, term in line.args.items()}
    if line.family.is_scalar:
        size = _of_scalar(line, numbers)
    elif line.family.location_scale is not None:
        mean, sd = (numbers[name] for name in line.family.location_scale)
        size = None if mean is None or sd is None else hypot(mean, sd)
    else:
        size = None
    return size if size is not None and isfinite(size) else None


def _of_scalar(line: Line, numbers: dict[str, float | None]) -> float | None:
    if all(value is not None for value in numbers.values()):
        arguments: Any = numbers
        return sqrt(float(line.form.mean(arguments)) ** 2 + float(line.form.variance(arguments)))
    middle = numbers[line.location] if line.family.location_link == "log" else None
    return None if middle is None else exp(middle)


def _number(term: Term, position: int | None) -> float | None:
    match term:
        case Literal(value=value):
            return float(value)
        case Setting(values=(value,)):
            return float(value)
        case Setting(values=values) if position is not None:
            return float(values[position])
        case Vector(items=items) if position is not None:
            return _number(items[position], None)
    return None
