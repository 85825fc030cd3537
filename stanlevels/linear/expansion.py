"""Predictors with the means of random variables written out, each with a deviation of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from stanlevels.graph import CovariatesNode
from stanlevels.linear.sums import Addend, Opaque, Reader, Sum, Unknown, component
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import Linear, Vector

__all__ = ["Expanded", "expand", "is_random"]


@dataclass(frozen=True)
class Expanded:
    """A predictor by kinds of addend.

    Attributes
    ----------
    known : tuple of Addend
        The offset.
    fixed : tuple of Addend
        Unknown quantities without units.
    effects : tuple of Addend
        Deviations of random variables from their means.
    others : tuple of Addend
        Unknown quantities with units that are not location plus scale times something.
    opaque : tuple of Addend
        What is not linear.
    """

    known: Sum
    fixed: Sum
    effects: Sum
    others: Sum
    opaque: Sum


def expand(read: Sum, reader: Reader, only: Collection[str] | None = None) -> Expanded:
    """Write out the means of random variables of a scalar predictor, up to the top.

    `only` names the random variables to write out, with units or without: then any others stay what they are,
    among `others` or `fixed`.
    """
    kinds: dict[str, list[Addend]] = {k: [] for k in ("known", "fixed", "effects", "others", "opaque")}
    pending = list(read)
    while pending:
        addend = pending.pop(0)
        unknown = addend.unknown
        if not isinstance(unknown, Unknown):
            kinds["known" if unknown is None else "opaque"].append(addend)
            continue
        line = reader.planned.lines[unknown.name]
        if (line.domain and is_random(line)) if only is None else unknown.name in only:
            kinds["effects"].append(addend)
            pending += _mean(addend, unknown, line, reader)
        elif not line.domain:
            kinds["fixed"].append(addend)
        else:
            kinds["others"].append(addend)
    return Expanded(*(tuple(kinds[kind]) for kind in ("known", "fixed", "effects", "others", "opaque")))


def is_random(line: Line) -> bool:
    """Whether a line with units is a location plus a deviation."""
    moved = bool(line.family.location_scale) or line.family.structure is not None
    return moved and not line.variable.ordered


def _mean(addend: Addend, unknown: Unknown, line: Line, reader: Reader) -> Iterable[Addend]:
    """The mean of a random variable, times what it is multiplied by."""
    term = line.args.get(line.location)
    if term is None:
        return []
    if isinstance(term, Vector):
        if unknown.position is None:
            return _means(addend, unknown, term, reader)
        read = reader.read(term.items[unknown.position], unknown.place)
    else:
        read = reader.read(term, unknown.place)
        read = read if unknown.position is None else component(read, unknown.position)
    return [_multiplied(inner, addend) for inner in read]


def _means(addend: Addend, unknown: Unknown, term: Vector, reader: Reader) -> Iterable[Addend]:
    """A list of means of coefficients: each times its covariate."""
    if addend.covariates is None or not isinstance(addend.covariates.term, Linear):
        return []
    found: list[Addend] = []
    for k, item in enumerate(term.items):
        plain, crossed = replace(addend, column=k), _known(addend, k, reader)
        read = reader.read(item, unknown.place)
        found += [_multiplied(inner, plain if inner.covariates is None else crossed) for inner in read]
    return found


def _known(addend: Addend, column: int, reader: Reader) -> Addend:
    """With one of its covariates among what is known, for means that have covariates of their own."""
    whole = addend.covariates
    assert whole is not None
    assert isinstance(whole.term, Linear)
    node = reader.planned.graph[whole.term.covariates]
    constant = column == 0 and isinstance(node, CovariatesNode) and node.has_intercept
    known = addend.known if constant else (*addend.known, replace(whole, column=column))
    return replace(addend, known=known, covariates=None)


def _multiplied(inner: Addend, by: Addend) -> Addend:
    if by.covariates is not None and inner.covariates is not None:
        return Addend(unknown=Opaque("@", (), by.covariates.place))
    return replace(
        inner,
        number=inner.number * by.number,
        known=(*by.known, *inner.known),
        covariates=by.covariates or inner.covariates,
        column=by.column if by.covariates is not None else inner.column,
    )
