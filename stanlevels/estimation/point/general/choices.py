"""Outcomes that have one density together: a row of the model is a group, its atoms those of its rows.

What rows of a group share has no say, so the first row's predictor is taken off the others'.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.distributions.choices import laid_out, log_of_chosen
from stanlevels.errors import FitError
from stanlevels.estimation.point.general import nodes
from stanlevels.estimation.point.general.nodes import Node, evaluate
from stanlevels.estimation.point.general.reading import Atoms, Reading
from stanlevels.linear.forms import Affine
from stanlevels.plan.placed import Line

__all__ = ["by_group"]

Compute = Callable[[Sequence[Any]], Any]
_MOST = 1.5e6  # numbers of steps, about a minute for one group


def by_group(line: Line, reading: Reading) -> tuple[Compute, Atoms, int]:
    """The log density of every group, the predictors that it depends on, and the number of groups.

    Parameters
    ----------
    line : Line
        Whose distribution has a grouping.
    reading : Reading

    Raises
    ------
    FitError
        If groups are so large that derivatives by each of their rows would take hours.
    """
    n, rows = reading.bound.size(line.domain), Atoms()
    known = reading.node(line.args[line.form.grouping], line, (), n, rows)
    assert isinstance(known, nodes.Constant)
    places, there = laid_out(np.broadcast_to(known.values[:, 0], (n,)).astype(np.int64))
    y = np.asarray(reading.bound.outcome(line.name), dtype=float)[places]
    _check_size(line, y, there)
    eta = reading.node(line.args[line.location], line, (), n, rows)
    if not there.shape[1] or not rows.forms:
        logit = np.broadcast_to(evaluate(eta, []), (n, 1))[:, 0][places]
        return (lambda _: log_of_chosen(logit, y, there)), Atoms(), len(there)
    if isinstance(eta, nodes.Atom):
        (form,) = rows.forms
        alone = replace(rows, forms=[_less(form, at, places[:, 0]) for at in places.T[1:]])
        alone = replace(alone, spherical=[False] * len(alone.forms), places={})
        return (lambda values: log_of_chosen(_beside(values, len(there)), y, there)), alone, len(there)
    every = [form.at(at) for at in places.T for form in rows.forms]
    at_row = [_moved(eta, at, n) for at in places.T]
    atoms, width = Atoms(every, [s for _ in places.T for s in rows.spherical]), len(rows.forms)

    def density(values: Sequence[Any]) -> Any:
        each = [evaluate(node, values[k * width : (k + 1) * width]) for k, node in enumerate(at_row)]
        return log_of_chosen(np.concatenate(_wide(each, len(there)), axis=-1), y, there)

    return density, atoms, len(there)


def _check_size(line: Line, y: Array, there: Array) -> None:
    """Second derivatives are by pairs of rows, of a sum with a step for every row and every chosen one."""
    sizes, chosen = there.sum(axis=1), np.where(there, y, 0).sum(axis=1)
    few = np.minimum(chosen, sizes - chosen)
    if len(sizes) and (sizes.astype(float) ** 3 * np.maximum(few, 1)).max() > _MOST:
        raise FitError(
            f"{line.name!r} ~ {line.variable.outlined} chooses {int(chosen.max()):,} among up to"
            f" {int(sizes.max()):,} rows, which takes too long to maximise",
            expected="units of up to a hundred rows where one is chosen, and of up to forty where many are",
            way_out="use method='nuts'",
        )


def _less(form: Affine, at: Codes, first: Codes) -> Affine:
    """What the predictor at some rows is more than at others."""
    begin = form.at(first)
    return form.at(at).plus(begin.scaled(np.full(len(begin.offset), -1.0)))


def _beside(values: Sequence[Any], n: int) -> Any:
    """Predictors side by side, that of the first row 0."""
    return np.concatenate(_wide([np.zeros((n, 1)), *values], n), axis=-1) if len(values) else np.zeros((n, 1))


def _wide(values: list[Any], n: int) -> list[Any]:
    return [np.broadcast_to(v, (n, 1)) if np.shape(v)[0] != n else v for v in values]


def _moved(node: Node, at: Codes, n: int) -> Node:
    """A node of rows as one of some of these."""
    match node:
        case nodes.Constant(values=values):
            return nodes.Constant(values[at] if len(values) == n else values)
        case nodes.Apply(args=args):
            return replace(node, args=tuple(_moved(arg, at, n) for arg in args))
        case nodes.Joined(items=items):
            return replace(node, items=tuple(_moved(item, at, n) for item in items))
        case nodes.Part(node=inner):
            return replace(node, node=_moved(inner, at, n))
    return node
