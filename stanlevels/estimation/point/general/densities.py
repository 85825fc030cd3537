"""The log density of a line as a function of its linear predictors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.joint import root_of_pairs
from stanlevels.distributions.supports import REAL
from stanlevels.errors import FitError
from stanlevels.estimation.point.general import nodes
from stanlevels.estimation.point.general.choices import by_group
from stanlevels.estimation.point.general.nodes import Node, atoms_of, evaluate
from stanlevels.estimation.point.general.reading import Atoms, Reading
from stanlevels.plan.placed import Line
from stanlevels.words import counted

__all__ = ["Density", "own_density", "row_density"]


@dataclass(frozen=True, eq=False)
class Density:
    """A line with a density, and the linear predictors that it depends on.

    `own` says whether it is the distribution of a random variable, not of data; `located` which atoms the
    location is, one for each of its numbers, where these are atoms, `parts` those of the locations of a
    mixture's distributions, and `elsewhere` which atoms the other arguments depend on; `trials` are known
    numbers, `odds` the arguments that are log odds of a chance, each with its atom.
    """

    name: str
    density: Callable[[Sequence[Any]], Any]
    weights: Array
    atoms: Atoms
    rows: int
    own: bool = False
    located: tuple[int, ...] = ()
    elsewhere: frozenset[int] = frozenset()
    trials: Array | None = None
    parts: tuple[tuple[int, ...], ...] = ()
    odds: tuple[tuple[str, int], ...] = ()


def row_density(line: Line, reading: Reading) -> Density:
    """Of a line with data.

    Raises
    ------
    FitError
        If it does not vary.
    """
    if line.form.grouping:
        density, atoms, groups = by_group(line, reading)
        return Density(line.name, density, np.ones(groups), atoms, groups)
    n = reading.bound.size(line.domain)
    y = np.asarray(reading.bound.outcome(line.name), dtype=float)
    weights = reading.bound.weights(line.name)
    _refuse_still(line, y if weights is None else y[weights > 0], reading)
    atoms = Atoms()
    arguments = {name: reading.node(term, line, (), n, atoms) for name, term in line.args.items()}
    compute, vectors = line.form.numbers.log_density, _vectors(line)
    corr = line.form.correlation

    def of_rows(values: Sequence[Any]) -> Any:
        given = _given(arguments, vectors, values)
        if corr:
            given[corr] = root_of_pairs(given[corr], y.shape[-1])
        return compute(y, **given)

    location, trials = arguments.get(line.location), arguments.get(line.form.trials)
    return Density(
        line.name,
        of_rows,
        np.ones(n) if weights is None else weights,
        atoms,
        n,
        located=_located(location),
        elsewhere=frozenset[int]().union(
            *(atoms_of(node) for name, node in arguments.items() if name != line.location)
        ),
        trials=np.broadcast_to(trials.values[:, 0], (n,)) if isinstance(trials, nodes.Constant) else None,
        parts=tuple(
            tuple(sorted(atoms_of(arguments[p.name])))
            for p in line.form.parameters
            if p.kind == "location of one"
        ),
        odds=tuple(
            (p.name, atom.index)
            for p in line.form.parameters
            if p.kind == "chance" and p.support == REAL and isinstance(atom := arguments[p.name], nodes.Atom)
        ),
    )


def _located(location: Node | None) -> tuple[int, ...]:
    """The atoms that a location is, one for each of its numbers; none where one of these is no atom."""
    parts = location.items if isinstance(location, nodes.Joined) else (location,)
    found = [part.index for part in parts if isinstance(part, nodes.Atom)]
    return tuple(found) if len(found) == len(parts) else ()


def _refuse_still(line: Line, y: Array, reading: Reading) -> None:
    """Raise for an outcome without variation whose unknown scale has nothing to go by."""
    scaled = bool(line.scale) and not reading.forms.reader.is_known(line.args[line.scale])
    if scaled and len(y) and np.ptp(y) == 0:
        raise FitError(
            f"{line.name!r} does not vary, in {counted(len(y), 'row')} of {y[0]:g}: its scale heads to 0",
            expected="an outcome that varies",
            way_out="give its scale a known value, or leave the outcome out",
        )


def _vectors(line: Line) -> frozenset[str]:
    """Arguments that have components."""
    return frozenset(p.name for p in line.form.parameters if p.support.shape != "scalar")


def _given(arguments: Mapping[str, Node], vectors: frozenset[str], values: Sequence[Any]) -> dict[str, Any]:
    found = {name: evaluate(node, values) for name, node in arguments.items()}
    return {name: value if name in vectors else value[..., 0] for name, value in found.items()}


def own_density(name: str, reading: Reading) -> Density:
    """Of a random variable that is not normal, by its own coordinates."""
    line = reading.planned.lines[name]
    n = reading.bound.size(line.domain)
    atoms = Atoms()
    pair = line.family.location_scale
    if pair is not None:
        own = reading.coordinates(name, (), n, atoms, spherical=True)
        further = {a: reading.node(t, line, (), n, atoms) for a, t in line.args.items() if a not in pair}
        arguments = {**further, pair[0]: _number(0.0), pair[1]: _number(1.0)}
        variable, slope = own, _number(0.0)
    else:
        arguments = {a: reading.node(term, line, (), n, atoms) for a, term in line.args.items()}
        variable = reading.quantity(name, (), n, atoms)
        slope = reading.log_slope(name, (), n, atoms)
    compute = line.form.numbers.log_density

    def density(values: Sequence[Any]) -> Any:
        given = {a: evaluate(node, values) for a, node in arguments.items()}
        each = compute(evaluate(variable, values), **given) + evaluate(slope, values)
        return np.sum(each, axis=-1)

    return Density(name, density, np.ones(n), atoms, n, own=True)


def _number(value: float) -> Node:
    return nodes.Constant(np.full((1, 1), value))
