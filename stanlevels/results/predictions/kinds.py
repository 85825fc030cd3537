"""Of which kind rows are, given their outcomes: distributions of a mixture, and zeros of another kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.binding import Bound
from stanlevels.distributions.composed import numbered
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DataError, FitError, listing
from stanlevels.graph import ROWS, IndexNode
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Take, Term, Use, walk
from stanlevels.results.predictions.labels import draws_of_rows, table_of_rows
from stanlevels.results.predictions.predict import check_output, of_estimates, prepared_for, room_for
from stanlevels.results.predictions.prepared import prepared
from stanlevels.results.predictions.summaries import summarised
from stanlevels.results.tables.describe import COLUMNS, check_level
from stanlevels.values.arguments import arguments_of, picks_categories
from stanlevels.values.pieces import chunks, for_each
from stanlevels.values.remembered import remembered
from stanlevels.values.store import Units, Values
from stanlevels.words import counted

if TYPE_CHECKING:
    import pandas as pd
    import xarray

    from stanlevels.results.faces.face import Face

__all__ = ["kind_labels", "kinds"]

_PIECE = 250_000  # numbers at once


def kinds(
    fit: Face,
    new: Any,
    *,
    name: str | None,
    draws: int | None,
    level: float,
    seed: int,
    tables: Mapping[str, Any] | None,
    output: str,
) -> pd.DataFrame | xarray.DataArray:
    """How probable each kind is for rows; see `Shares.kinds`."""
    check_level(level)
    check_output(output)
    chosen = _chosen(fit, name)
    if new is None:
        ready = prepared_for(fit, None, chosen, (), draws, seed, tables, integrate=False, verb="kinds")
    else:
        ready = prepared(
            fit, new, names=[chosen], tables=tables, draws=draws, seed=seed, outcomes=True, integrate=False
        )
    line, data = ready.line(chosen), remembered(ready.bound)
    y, n, labels = _seen(line, ready.bound), data.size(line.domain), kind_labels(line, fit.planned)
    (chains, length), many = ready.shape, len(labels)
    pieces, along = chunks(n, chains * length * many, _PIECE), ("kind", labels)

    def at(values: Values, piece: slice) -> Array:
        return _probabilities(line, values, data, y, np.arange(n)[piece])

    if output == "xarray":
        room_for(n * many, ready.shape, "probabilities")
        whole = np.empty((chains, length, n, many))
        for piece in pieces:
            whole[:, :, piece] = at(ready.values, piece)
        return draws_of_rows(fit, ready, chosen, whole, new, along=along)
    columns = {column: np.empty((n, many)) for column in COLUMNS}

    def fill(piece: slice) -> None:
        found = at(ready.values, piece)
        for column, part in summarised(found.reshape(chains, length, -1), level).items():
            columns[column][piece] = part.reshape(-1, many)
        if ready.point is not None:
            ((_, point),) = ready.point
            columns["estimate"][piece] = at(point, piece)[0, 0]

    for_each(pieces, fill)
    notes = [f"estimate: the probability of each kind, given the {chosen} of the row"]
    notes += [] if ready.point is None else [of_estimates(fit)]
    return table_of_rows(fit, ready, chosen, columns, new, notes, along)


def _chosen(fit: Face, name: str | None) -> str:
    """The line of several kinds that is asked for: the only one, where none is named."""
    declared = fit.bound.declared.observed
    able = [n for n, node in declared.items() if _form(node.family, node.parameterization).numbers.kinds]
    if name is None and len(able) == 1:
        (name,) = able
    if name is None or name not in able:
        raise FitError(
            f"kinds() was given {name!r}" if name is not None else "kinds() was not told which line",
            expected="an outcome of several kinds, of sl.Mixture or sl.ZeroInflated: "
            + (listing(able, 20) if able else "there is none"),
        )
    return name


def _form(family: str, key: str) -> Any:
    return FAMILIES[family].parameterization(key)


def _seen(line: Line, bound: Bound) -> Array:
    """The outcomes of rows, NaN where they are missing."""
    lacking = [column for column in line.variable.observed if column not in _columns(line, bound)]
    if lacking:
        raise FitError(
            f"the rows have no column {listing(lacking)}: how probable each kind is depends on the outcome",
            way_out=f"fit.predict(new) gives the mean of {line.name!r} where it is not known",
        )
    found = np.asarray(bound.seen(line.name), dtype=float)
    support = FAMILIES[line.variable.family].support
    rows = np.flatnonzero(~support.inside(found) & ~np.isnan(found)).tolist()
    if rows and support.shape == "scalar":
        raise DataError(
            f"{counted(len(rows), 'value')} of {line.variable.observed[0]!r} cannot come from {line.name!r}:"
            f" {listing([f'{found[k]:g} in row {k}' for k in rows])} (counted from 0)",
            expected=support.words,
        )
    return found


def _columns(line: Line, bound: Bound) -> Sequence[str]:
    if line.domain != (ROWS,) and line.domain[0] in bound.encodings.tables:
        return [*bound.rows.columns, *bound.encodings.tables[line.domain[0]].columns]
    return list(bound.rows.columns)


def _probabilities(line: Line, values: Values, data: Bound, y: Array, units: Units) -> Array:
    """Of each kind, (chains, draws, units, kinds)."""
    arguments, compute = arguments_of(line, values, data, units), line.form.numbers.kinds
    assert compute is not None
    own = y[units] if picks_categories(line) else y[units][:, None]
    with np.errstate(all="ignore"):
        logs = np.asarray(compute(own, **arguments))
    logs = logs if picks_categories(line) else logs[..., 0, :]
    shares = np.exp(logs - logs.max(axis=-1, keepdims=True))
    shares = shares / shares.sum(axis=-1, keepdims=True)
    return np.broadcast_to(shares, (*values.shape, len(own), shares.shape[-1]))


def kind_labels(line: Line, planned: Planned) -> Sequence[Any]:
    """What the kinds are called: labels of the Index that tells them apart, else their distributions."""
    made = line.family.composed
    assert made is not None
    bases = [base.partition(":")[0] for base in made.base.split(",")]
    if len(bases) == 1:
        return ("zero", bases[0])
    for argument in made.own[-2:]:
        match line.args.get(argument):
            case Use(components=(*_, axis)) if _has_labels(axis, planned):
                return planned.axes[axis]
    for axis, at in _taken(line.args.items(), len(bases)).items():
        if at == list(range(len(bases))) and _has_labels(axis, planned):
            return planned.axes[axis]
    if len(set(bases)) == len(bases):
        return tuple(bases)
    return tuple(f"{base} {place}" for place, base in enumerate(bases, 1))


def _has_labels(axis: str, planned: Planned) -> bool:
    """Whether components are those of an Index, and not the places of a list."""
    return isinstance(planned.graph.nodes.get(axis), IndexNode)


def _taken(args: Any, count: int) -> dict[str, list[int]]:
    """By axis, the component that each distribution takes of quantities over it, where it is one."""
    found: dict[str, list[set[int]]] = {}
    for name, term in args:
        for place in range(count):
            if name.endswith(numbered("", place + 1)):
                for axis, at in _components(term):
                    found.setdefault(axis, [set() for _ in range(count)])[place].add(at)
    return {axis: [next(iter(at)) if len(at) == 1 else -1 for at in each] for axis, each in found.items()}


def _components(term: Term) -> list[tuple[str, int]]:
    return [
        (inner.use.components[-1], inner.position)
        for inner in walk(term)
        if isinstance(inner, Take) and inner.use.components
    ]
