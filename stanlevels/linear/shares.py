"""Shares in a product, ``slope * (share @ X)``, at their prior means: then the product is linear."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from stanlevels.arrays import Array
from stanlevels.linear.sums import Addend, Opaque, Sum, Unknown
from stanlevels.plan.components import axis_size
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Setting

__all__ = ["shares_at_means"]


def shares_at_means(read: Sum, planned: Planned) -> Sum:
    """A sum in which other unknowns are multiplied by known columns, in place of unknown shares of them.

    The size of `slope` is that of a coefficient of what the shares make of the columns: of a monotonic
    effect, from the lowest category to the highest.
    """
    return tuple(addend for each in read for addend in _at_means(each, planned))


def _at_means(addend: Addend, planned: Planned) -> Iterable[Addend]:
    opaque = addend.unknown
    if not isinstance(opaque, Opaque) or opaque.function != "*" or addend.covariates is None:
        return (addend,)
    shares = [p for p in opaque.parts if isinstance(p, Unknown) and _is_share(planned.lines[p.name])]
    rest = [part for part in opaque.parts if part not in shares]
    if len(shares) != 1 or shares[0].position is not None or not rest:
        return (addend,)
    unknown = rest[0] if len(rest) == 1 else replace(opaque, parts=tuple(rest))
    return [
        Addend(
            addend.number * mean, (*addend.known, replace(addend.covariates, column=column)), unknown
        )  # one for each column
        for column, mean in enumerate(_means(planned.lines[shares[0].name], planned))
    ]


def _is_share(line: Line) -> bool:
    return line.is_latent and line.family.is_simplex and not line.domain


def _means(line: Line, planned: Planned) -> list[float]:
    """The prior means of shares; equal ones where numbers do not tell them."""
    size = axis_size(dict(planned.axes), line.components)
    term = line.args[line.form.parameters[0].name]
    values: Array = np.asarray(term.values) if isinstance(term, Setting) else np.ones(1)
    weights = np.broadcast_to(values, (size,)) if len(values) in (1, size) else np.ones(size)
    return [float(w) for w in weights / weights.sum()]
