"""Marginal densities in which units of the finest level that agree in their information are one."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from functools import reduce

from stanlevels.plan.factors import Marginal
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import Domain
from stanlevels.program import stan
from stanlevels.program.design_matrix import beside
from stanlevels.program.keys import local_key
from stanlevels.program.marginal_parts import precise, sd_of
from stanlevels.program.pooled_entries import PooledSize, PooledUnits
from stanlevels.program.scope import Scope
from stanlevels.program.statistics import Sufficient

__all__ = [
    "message_above",
    "messages_size",
    "never",
    "pooled_levels",
    "pooled_message",
    "pooled_type",
    "times_of",
    "units_of",
]

Commands = Iterator[stan.Command]
Left = tuple[stan.Expression, stan.Expression]
"""What is left of the information of every unit, and of its score."""


def _size(density: Marginal, of: str, scope: Scope) -> stan.Variable:
    return scope.variable(PooledSize(density.effects[0], density.group, of))


def _units(density: Marginal, of: str, scope: Scope) -> stan.Variable:
    return scope.variable(PooledUnits(density.effects[0], density.group, of))


def times_of(density: Marginal, scope: Scope) -> stan.Variable:
    """How many units each of the pooled ones stands for."""
    return _units(density, "times", scope)


def never(density: Marginal, scope: Scope) -> stan.Expression:
    """That units with a score of 1, which only say what is left of it, add nothing to the density."""
    columns = scope.variable(Sufficient(density.lines[-1].source, density.group, "columns"))
    size = stan.Binary("*", columns, _size(density, "distinct", scope))
    return stan.Call("rep_vector", (stan.Literal(0), size))


# --- types -----------------------------------------------------------------------------------------


def units_of(density: Marginal, of: str, scope: Scope) -> stan.Expression:
    """What a statistic of units of the finest level extends over, as many as are left of them."""
    if density.pooled is None:
        return scope.units(scope.planned.lines[density.effects[0]].domain)
    by_information = of == "information" or (density.plain and of == "times")
    return _size(density, "distinct" if by_information else "score_rows", scope)


def pooled_type(entry: PooledUnits, scope: Scope) -> stan.Type:
    """The type of what pooled units are."""
    density = next(d for d in scope.planned.marginals.values() if d.group == entry.group)
    if entry.of == "children":
        return stan.Type("matrix", (scope.units(_above(density, scope)), _size(density, "distinct", scope)))
    size = units_of(density, entry.of, scope)
    if entry.of == "which":
        return stan.Type("int", lower=stan.Literal(1), array=(size,))
    return stan.Type("vector", (size,))


def messages_size(
    density: Marginal, columns: stan.Expression | None, coefficients: stan.Expression, scope: Scope
) -> tuple[stan.Expression, stan.Expression]:
    """The rows and columns of what goes from pooled units to those of the next level."""
    above: stan.Expression = scope.units(_above(density, scope))
    if coefficients != stan.Literal(0):
        above = stan.Binary("*", above, stan.Binary("+", stan.Literal(1), coefficients))
    distinct: stan.Expression = _size(density, "distinct", scope)
    return above, distinct if columns is None else stan.Binary("*", columns, distinct)


def _above(density: Marginal, scope: Scope) -> Domain:
    domains = [scope.planned.lines[name].domain for name in density.effects]
    return next(domain for domain in domains if domain != domains[0])


# --- effects that are one number for each unit -------------------------------------------------------


def pooled_levels(
    density: Marginal, information: stan.Expression, score: stan.Expression, scope: Scope
) -> Generator[stan.Command, None, Left]:
    """The finest level; returns what it leaves of the information and score of the next, if there is one."""
    lines = [scope.planned.lines[name] for name in density.effects]
    finest = [line for line in lines if line.domain == lines[0].domain]
    which, distinct = _units(density, "which", scope), _size(density, "distinct", scope)
    shares: list[stan.Expression] = []
    first: stan.Expression | None = None
    for line in finest:
        mine, its, kept = (
            scope.variable(local_key(line.name, which)) for which in ("information", "score", "kept")
        )
        first = mine if first is None else first
        yield _vector(distinct, mine, information)
        yield _vector(_size(density, "score_rows", scope), its, score)
        yield _vector(distinct, kept, stan.Call("shares_left", (mine, sd_of(line, scope))))
        arguments = (its, kept, times_of(density, scope), which, sd_of(line, scope))
        yield stan.Increment(stan.Call("pooled_effects", arguments))
        information = _times(mine, kept)
        score = _times(its, stan.Index(kept, (which,)))
        shares.append(kept)
    if first is None or len(finest) == len(lines):
        return information, score
    return (yield from _upwards(density, finest[0], first, reduce(_times, shares), scope))


def _upwards(
    density: Marginal, line: Line, information: stan.Expression, share: stan.Expression, scope: Scope
) -> Generator[stan.Command, None, Left]:
    """What is left of every unit's information and score, in sums by the unit above."""
    if not isinstance(share, stan.Variable):
        left = scope.variable(local_key(line.name, "share"))
        yield _vector(_size(density, "distinct", scope), left, share)
        share = left
    parts = []
    for part in density.lines:
        found: stan.Expression = scope.variable(Sufficient(part.source, density.group, "messages"))
        if part.coefficients:
            deviation = scope.variable(local_key(part.source, "deviation"))
            found = stan.Call("scores_above", (found, share, deviation))
        else:
            found = stan.Binary("*", found, share)
        parts.append(precise(found, part, scope))
    score = reduce(lambda left, right: stan.Binary("+", left, right), parts)
    return stan.Binary("*", _units(density, "children", scope), _times(information, share)), score


# --- effects of any number ---------------------------------------------------------------------------


def pooled_message(
    density: Marginal,
    information: stan.Expression,
    score: stan.Expression,
    sizes: tuple[stan.Expression, stan.Expression],
    scope: Scope,
) -> Generator[stan.Command, None, tuple[stan.Expression, stan.Expression]]:
    """The units of the finest level; returns what is known of them, and where there is a next level, of units
    with a score of 1.

    Parameters
    ----------
    density : Marginal
    information, score : Expression
        By distinct information, and by row of scores.
    sizes : tuple of Expression
        How many columns effects have, and how many products these.
    scope : Scope
    """
    finest, last = density.effects[0], density.lines[-1].source
    columns, products = sizes
    mine, message = (scope.variable(local_key(*key)) for key in ((finest, "information"), (last, "message")))
    rows = _size(density, "score_rows", scope)
    yield stan.Declaration(
        stan.Type("matrix", (_size(density, "distinct", scope), products)), mine.name, information
    )
    nothing = stan.Call("rep_vector", (stan.Literal(0), rows))
    value = beside([stan.Index(mine, (_units(density, "which", scope),)), score, nothing])
    width = stan.Binary("+", stan.Binary("+", products, columns), stan.Literal(1))
    yield stan.Declaration(stan.Type("matrix", (rows, width)), message.name, value)
    return message, stan.Call("unit_scores", (mine, columns))


def message_above(
    density: Marginal, swept: tuple[stan.Expression, stan.Expression], left: stan.Expression, scope: Scope
) -> Generator[stan.Command, None, stan.Expression]:
    """What units of the finest level leave to the next, their own effects integrated out.

    Parameters
    ----------
    density : Marginal
    swept : tuple of Expression
        What is left of the rows of scores, and of units with a score of 1.
    left : Expression
        How many columns of effects are left.
    scope : Scope
    """
    yield stan.Increment(stan.Call("density_so_far", (swept[0],)))
    lines = [scope.planned.lines[name] for name in density.effects]
    finest = next(line for line in reversed(lines) if line.domain == lines[0].domain)
    share = scope.variable(local_key(finest.name, "share"))
    columns = scope.variable(Sufficient(density.lines[-1].source, density.group, "columns"))
    size = stan.Binary("*", columns, _size(density, "distinct", scope))
    width = stan.Call("swept_width", (left,))
    yield stan.Declaration(stan.Type("matrix", (size, width)), share.name, swept[1])
    parts = []
    for part in density.lines:
        messages = scope.variable(Sufficient(part.source, density.group, "messages"))
        if part.coefficients:
            deviation: stan.Expression = scope.variable(local_key(part.source, "deviation"))
        else:
            deviation = stan.Call("rep_vector", (stan.Literal(0), stan.Literal(0)))
        found = stan.Call("messages_above", (messages, share, left, deviation))
        parts.append(precise(found, part, scope))
    score = reduce(lambda one, other: stan.Binary("+", one, other), parts)
    information = stan.Call("information_above", (_units(density, "children", scope), share, left))
    above = scope.units(_above(density, scope))
    return beside([information, score, stan.Call("rep_vector", (stan.Literal(0), above))])


def _vector(size: stan.Expression, name: stan.Variable, value: stan.Expression) -> stan.Command:
    return stan.Declaration(stan.Type("vector", (size,)), name.name, value)


def _times(left: stan.Expression, right: stan.Expression) -> stan.Expression:
    return stan.Binary("*", left, right, elementwise=True)
