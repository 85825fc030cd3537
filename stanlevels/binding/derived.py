"""Columns made of all values of others, and the numbers that new rows are read by.

A column is computed where its own columns stand: in the rows, or in a level's table. It then stands there
too, under its text, so that everything else sees a column.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.binding import groups
from stanlevels.binding.covariates import columns_of, columns_of_powers
from stanlevels.binding.levels.nesting import Links
from stanlevels.binding.read.column_places import Place, where
from stanlevels.binding.read.columns import Kind, Values
from stanlevels.binding.sines import BOUNDARY, Waves, waves_of
from stanlevels.binding.splines import Spline, packed, spline_of, unpacked
from stanlevels.binding.statuses import statuses
from stanlevels.distributions.composed import STATUSES
from stanlevels.errors import DataError, listing
from stanlevels.graph import CHOSEN, ROWS, WITHIN, Column, Derived, Graph, expressions, walk
from stanlevels.graph.text import expression_text
from stanlevels.records import Record, noticed
from stanlevels.words import counted

__all__ = ["Derivation", "derive_columns", "derived_again", "derived_where_possible", "waves_again"]


@dataclass(frozen=True)
class Derivation:
    """How a column was made, for new rows.

    Attributes
    ----------
    column : Derived
    place : str
        Where it stands: ROWS, or the level of a table.
    numbers : ndarray
        Mean and standard deviation; the mean of every unit; the coefficients of a polynomial's
        recursion, (degree, 2): what is taken off x, and what the power before the last is multiplied by,
        then the length of each column; a spline, packed; or the middle of a range, half of it, and how
        far waves go.
    """

    column: Derived
    place: str
    numbers: Array


def derived_of(graph: Graph) -> list[Derived]:
    """Every derived column of a model, those that others are made of first."""
    found: dict[Derived, None] = {}
    for node in graph.nodes.values():
        for expr in expressions(node):
            inside = [inner for inner in walk(expr) if isinstance(inner, Derived)]
            found |= dict.fromkeys(reversed(inside))
    return list(found)


def derive_columns(
    graph: Graph, places: Mapping[str, Place], links: Links, times: Array | None
) -> tuple[dict[str, Place], dict[str, Derivation], list[Record]]:
    """The places with their derived columns, how these were made, and a record of each.

    Raises
    ------
    DataError
        If a column is constant, or its own columns do not stand in one place.
    """
    found, made = dict(places), dict[str, Derivation]()
    records = []
    for column in derived_of(graph):
        name = expression_text(column, bare=True)
        place = _place_of(column, found)
        values = _values(column, place)
        by_row = column.function == "censoring" or groups.is_grouping(column)
        weighted = place.name == ROWS and not by_row
        weights = _weights(graph, place, times) if weighted else None
        codes = _codes(column, place, links)
        numbers = _numbers(name, column, values, weights, codes)
        made[name] = Derivation(column, place.name, numbers)
        found[place.name] = _with(place, column, _applied(column, values, numbers, codes))
        once = weighted and times is None and _differ(graph)
        if column.function != WITHIN:  # with how many are chosen it is said among how many
            records.append(_record(name, made[name], values, codes, once=once))
    return found, made, records


def derived_again(made: Mapping[str, Derivation], place: Place, codes: Mapping[str, Array]) -> Place:
    """New rows with their derived columns, by the numbers that were found before."""
    for derivation in made.values():
        column = derivation.column
        if derivation.place != ROWS:
            continue
        units = None if column.over is None else codes[column.over]
        values = np.zeros(place.n) if groups.is_grouping(column) else _values(column, place)
        place = _with(place, column, _applied(column, values, derivation.numbers, units))
    return place


def derived_where_possible(made: Mapping[str, Derivation], place: Place, codes: Mapping[str, Array]) -> Place:
    """New rows, or a table of new units, with the derived columns whose own columns stand there.

    Parameters
    ----------
    made : mapping of str to Derivation
    place : Place
    codes : mapping of str to ndarray
        Units of the records, those that were known before under their earlier numbers.
    """
    for derivation in made.values():
        column = derivation.column
        units = None if column.over is None else codes.get(column.over)
        told = column.over is None or (units is not None and bool((units >= 0).all()))
        if told and groups.is_grouping(column) and place.name == derivation.place:
            place = _with(place, column, _applied(column, np.zeros(place.n), derivation.numbers, units))
        elif told and all(name in place.columns for name in _sources(column)):
            place = _with(place, column, _applied(column, _values(column, place), derivation.numbers, units))
    return place


def _place_of(column: Derived, places: Mapping[str, Place]) -> Place:
    """Where all columns stand that it is made of: the rows, else a table."""
    needed = list(dict.fromkeys(_sources(column)))
    ordered = sorted(places.values(), key=lambda place: place.name != ROWS)
    for place in ordered:
        if all(name in place.columns for name in needed):
            return place
    name = expression_text(column, bare=True)
    raise DataError(
        f"{name!r} is made of {listing(needed)}, which stand in different places",
        expected="columns of the data, or of one table",
        way_out="join the columns to the data",
    )


def _sources(column: Derived) -> Iterator[str]:
    """The columns right below: a derived one that it is made of counts as one."""
    pending = [column.of]
    while pending:
        match pending.pop():
            case Column(name=name):
                yield name
            case Derived() as inner:
                yield expression_text(inner, bare=True)
            case other:
                pending += getattr(other, "args", ())


def _values(column: Derived, place: Place) -> Array:
    if column.function == "censoring" and isinstance(column.of, Column):
        return statuses(place.columns[column.of.name])

    def read(name: str) -> Array:
        return np.asarray(place.columns[name].numeric(), dtype=float)

    with np.errstate(all="ignore"):
        found = np.broadcast_to(columns_of(column.of, read), (place.n,))
    if bad := np.flatnonzero(~np.isfinite(found)).tolist():
        raise DataError(
            f"{expression_text(column.of, bare=True)!r} is not finite in {len(bad):,} rows of"
            f" {where(place.name)}: {listing(bad)} (counted from 0)",
            expected="a number in every row",
        )
    return found


def _weights(graph: Graph, place: Place, times: Array | None) -> Array | None:
    """How many rows each row counts for, by the weights of the outcomes; once where these differ."""
    lines = [node for node in graph.observed.values() if graph.units(node) == (ROWS,)]
    names = {node.weights for node in lines}
    if times is not None:
        return times
    name = next(iter(names)) if len(names) == 1 else None
    return None if name is None else np.asarray(place.columns[name].numeric(), dtype=float)


def _differ(graph: Graph) -> bool:
    """Whether outcomes of rows have different weights, or some have and others have not."""
    return len({node.weights for node in graph.observed.values() if graph.units(node) == (ROWS,)}) > 1


def _codes(column: Derived, place: Place, links: Links) -> Array | None:
    if column.over is None:
        return None
    codes = links[ROWS].get(column.over) if place.name == ROWS else place.codes.get(column.over)
    if codes is None:
        raise DataError(
            f"nothing says which {column.over} a row of {where(place.name)} belongs to, for"
            f" {expression_text(column, bare=True)!r}",
            expected=f"the column of {column.over} there",
        )
    return np.asarray(codes)


def _numbers(name: str, column: Derived, x: Array, weights: Array | None, codes: Array | None) -> Array:
    if column.function == "censoring":
        return np.bincount(x.astype(int), minlength=len(STATUSES)).astype(float)
    if codes is not None and groups.is_grouping(column):
        return groups.numbers_of_units(column, x, codes)
    w = np.ones(len(x)) if weights is None else weights
    if codes is not None:
        size = int(codes.max(initial=-1)) + 1
        with np.errstate(invalid="ignore"):
            return np.asarray(np.bincount(codes, w * x, size) / np.bincount(codes, w, size))
    total = float(w.sum())
    if column.function == "spline":
        assert column.degree is not None
        return packed(spline_of(name, x, column.degree, dict(column.options), weights))
    if column.function == "sines":
        options: dict[str, Any] = dict(column.options)
        waves = waves_of(name, x, column.degree or 0, options.get("boundary", BOUNDARY))
        return np.array([waves.middle, waves.half, waves.reach])
    if column.degree is not None:
        if weights is not None:
            raise DataError(
                f"{name!r} of rows with frequency weights",
                way_out="write powers: sl.center(x), sl.center(x)**2",
            )
        return _recursion(name, x, column.degree)
    mean = float(w @ x / total) if total > 0 else 0.0
    if column.function == "center":
        return np.array([mean])
    square = float(w @ np.square(x - mean))
    sd = float(np.sqrt(square / (total - 1))) if total > 1 else 0.0
    if not sd > 1e-12 * max(abs(mean), 1e-300):
        raise DataError(
            f"{name!r} is of a column that is constant: {listing(np.unique(x)[:1].tolist())} in"
            f" {counted(len(x), 'row')}",
            expected="a column that varies, or its standard deviation is 0",
            way_out="leave it out, or sl.center(...) it",
        )
    return np.array([mean, sd])


def _recursion(name: str, x: Array, degree: int) -> Array:
    """Coefficients of the three-term recursion, as R's poly keeps them (degree + 1, 3).

    Row k has what is taken off x, what the polynomial before is multiplied by, and the length of column k.
    """
    distinct = len(np.unique(x))
    if distinct <= degree:
        raise DataError(
            f"{name!r} is of a column with {counted(distinct, 'distinct value')}",
            expected=f"more than {degree}, the degree",
            way_out="take a lower degree",
        )
    before, here = np.zeros(len(x)), np.ones(len(x))
    norm, earlier, found = float(len(x)), 1.0, []
    for k in range(degree + 1):
        alpha = float(x @ np.square(here) / norm)
        beta = norm / earlier if k else 0.0
        found.append((alpha, beta, np.sqrt(norm)))
        before, here = here, (x - alpha) * here - beta * before
        norm, earlier = float(here @ here), norm
    return np.array(found)


def _applied(column: Derived, x: Array, numbers: Array, codes: Array | None) -> Array:
    """The values (n,), or (n, degree), of rows by numbers that are known."""
    match column.function:
        case "standardize":
            return np.asarray((x - numbers[0]) / numbers[1])
        case "center":
            return np.asarray(x - numbers[0])
        case "censoring":
            return x
        case "spline":
            return _spline(column, numbers).columns(x)
        case function if function in (WITHIN, CHOSEN):
            assert codes is not None
            return groups.in_rows(column, numbers, codes)
        case "sines":
            return waves_again(column, numbers).columns(x, expression_text(column.of, bare=True))
        case "mean":
            assert codes is not None
            return _unit_means(x, numbers, codes)
    before, here, found = np.zeros(len(x)), np.ones(len(x)), []
    for (alpha, beta, _), (_, _, length) in pairwise(numbers):
        before, here = here, (x - alpha) * here - beta * before
        found.append(here / length)
    return np.column_stack(found)


def _spline(column: Derived, numbers: Array) -> Spline:
    return unpacked(numbers, column.degree or 0, is_circle="period" in dict(column.options))


def waves_again(column: Derived, numbers: Array) -> Waves:
    """The waves by the numbers that were found."""
    middle, half, reach = numbers.tolist()
    return Waves(middle, half, reach, column.degree or 0)


def _unit_means(x: Array, numbers: Array, codes: Array) -> Array:
    """The means of units that are known, and of the rows themselves for those that are not."""
    size = int(codes.max(initial=-1)) + 1
    known = np.full(max(size, len(numbers)), np.nan)
    known[: len(numbers)] = numbers
    with np.errstate(invalid="ignore"):
        own = np.bincount(codes, x, len(known)) / np.bincount(codes, minlength=len(known))
    return np.asarray(np.where(np.isnan(known), own, known)[codes])


def _with(place: Place, column: Derived, values: Array) -> Place:
    name = expression_text(column, bare=True)
    parts: dict[str, Any] = {name: values}
    if column.degree is not None:
        parts = dict(zip(columns_of_powers(column), values.T, strict=True))
    whole = column.function == "censoring" or groups.is_grouping(column)
    kind: Kind = "integer" if whole else "float"
    new = {n: Values(n, kind, part.astype(int) if whole else part) for n, part in parts.items()}
    return replace(place, columns={**place.columns, **new})


def _record(name: str, made: Derivation, x: Array, codes: Array | None, *, once: bool) -> Record:
    numbers, where_from = made.numbers, f"over {counted(len(x), 'row')} of {where(made.place)}"
    if codes is not None and groups.is_grouping(made.column):
        outcome = next(_sources(made.column))
        return noticed(outcome, groups.words_of_units(made.column, numbers, codes), where_from)
    where_from += ", each counted once: outcomes have different weights" if once else ""
    match made.column.function:
        case "standardize":
            action = f"the mean {numbers[0]:.5g} is taken off, and divided by the sd {numbers[1]:.5g}"
        case "center":
            action = f"the mean {numbers[0]:.5g} is taken off"
        case "censoring":
            said = zip(numbers.tolist(), STATUSES, strict=True)
            action = ", ".join(f"{n:,.0f} {'seen' if word == 'none' else word}" for n, word in said if n)
        case "mean":
            seen = numbers[~np.isnan(numbers)]
            action = f"{counted(len(seen), 'mean')} of units"
            if len(seen):
                action += f", from {seen.min():.5g} to {seen.max():.5g}"
        case "spline":
            places = _spline(made.column, numbers).places
            end = "a circle" if "period" in dict(made.column.options) else "knots"
            action = f"{made.column.degree} penalised columns, {end} from {places[0]:.5g} to {places[-1]:.5g}"
        case "sines":
            middle, half, reach = numbers.tolist()
            ends = f"{middle - reach:.5g} and {middle + reach:.5g}"
            action = f"{counted(made.column.degree or 0, 'sine wave')} over"
            action += f" {middle - half:.5g} to {middle + half:.5g}, which are 0 at {ends}"
        case _:
            action = f"orthogonal polynomials of degree {made.column.degree} about {numbers[0, 0]:.5g}"
    return noticed(name, action, where_from)
