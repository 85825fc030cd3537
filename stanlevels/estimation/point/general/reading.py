"""Reads the terms of a model as functions of linear predictors.

The largest parts of a term that are linear in coefficients and deviations become atoms; what joins
them stays an expression. Coefficients are the free coordinates of parameters, deviations those of random
variables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import InternalError
from stanlevels.estimation.point.general import nodes
from stanlevels.estimation.point.general.coordinates import Coordinates, coordinates_of
from stanlevels.estimation.point.general.nodes import Node
from stanlevels.linear.forms import Affine, Forms
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Apply, Domain, Linear, Take, Term, Use, Vector

if TYPE_CHECKING:
    from stanlevels.binding import Bound

__all__ = ["Atoms", "Reading", "bounds_in_numbers", "free_coordinates"]

Path = tuple[tuple[Domain, Domain], ...]
_NOWHERE: Path = (((), ()),)  # from any row to the one unit of what has none
_SUMS = {"+": (1.0, 1.0), "-": (1.0, -1.0), "neg": (-1.0,)}


@dataclass(frozen=True, eq=False)
class Atoms:
    """The linear predictors of one line, in the order in which they were met.

    `spherical` says of each whether it is a deviation before it is multiplied by its standard deviation.
    """

    forms: list[Affine] = field(default_factory=list)
    spherical: list[bool] = field(default_factory=list)
    places: dict[Any, int] = field(default_factory=dict)

    def add(self, key: Any, form: Affine, spherical: bool = False) -> Node:
        """An atom, the same for the same key."""
        if key not in self.places:
            self.places[key] = len(self.forms)
            self.forms.append(form)
            self.spherical.append(spherical)
        return nodes.Atom(self.places[key])


@dataclass(frozen=True, eq=False)
class Reading:
    """What is known of a model when its terms are read.

    Attributes
    ----------
    planned : Planned
    bound : Bound
    forms : Forms
        Linear forms; what is not linear in its coordinates is barred from them.
    free : mapping of str to Coordinates
        Quantities that are barred, with their coordinates.
    logs : mapping of str to Affine
        Random variables whose logarithm is normal, as that logarithm.
    moved : frozenset of str
        Random variables that are read as location plus scale times a standard variable.
    """

    planned: Planned
    bound: Bound
    forms: Forms
    free: Mapping[str, Coordinates]
    logs: Mapping[str, Affine]
    moved: frozenset[str]

    def ends(self, column: tuple[str, int]) -> bool:
        """Whether far out in a free number of a parameter the parameter's support ends."""
        name, k = column
        return name in self.free and self.free[name].ends(k)

    def node(self, term: Term, line: Line, path: Path, rows: int, atoms: Atoms) -> Node:
        """A term of `line`, looked up along `path` from `rows` rows."""
        found = self.forms.term(line, term)
        if isinstance(found, Affine):
            return self._affine(found, (term, line.name, path), path, rows, atoms)
        match term:
            case Apply(function=function) if function in _SUMS:
                return self._sum(term, line, path, rows, atoms)
            case Apply(function=function, args=args):
                inner = tuple(self.node(arg, line, path, rows, atoms) for arg in args)
                return nodes.Apply(_dot if function == "dot" else function, inner)
            case Vector(items=items):
                return nodes.Joined(tuple(self.node(item, line, path, rows, atoms) for item in items))
            case Use():
                return self.quantity(term.name, self._path(term, line, path), rows, atoms)
            case Take(use=use, position=position):
                return nodes.Part(self.quantity(use.name, self._path(use, line, path), rows, atoms), position)
            case Linear(use=use, covariates=covariates):
                coefficients = self.quantity(use.name, self._path(use, line, path), rows, atoms)
                matrix = np.asarray(self.bound.matrix(line.domain, covariates), dtype=float)
                codes = self._codes(path, rows)
                known = nodes.Constant(matrix if codes is None else matrix[codes])
                return nodes.Apply(_dot, (coefficients, known))
        raise InternalError(f"{term!r} is neither known nor a function of quantities")

    def quantity(self, name: str, path: Path, rows: int, atoms: Atoms) -> Node:
        """A quantity along a path."""
        line = self.planned.lines[name]
        if not line.is_latent:
            return self.node(line.args["value"], line, path, rows, atoms)
        form = self.forms.quantity(name)
        if isinstance(form, Affine):
            return self._affine(form, (name, path), path, rows, atoms)
        if name in self.logs:
            inner = self._affine(self.logs[name], (name, "log", path), path, rows, atoms)
            return nodes.Apply(np.exp, (inner,))
        if name in self.free and not self.free[name].size:  # a share that is all of the whole
            return nodes.Constant(np.ones((1, 1)))
        own = self.coordinates(name, path, rows, atoms)
        if name in self.moved:
            pair = (line.location, line.scale)
            location, scale = (self.node(line.args[argument], line, path, rows, atoms) for argument in pair)
            whole = nodes.Apply("+", (location, nodes.Apply("*", (scale, own))))
            return nodes.Apply(np.exp, (whole,)) if line.family.location_link == "log" else whole
        value = nodes.Apply(self.free[name].value, (own,))
        bounds = line.family.bounds
        if not bounds or bounds_in_numbers(line):
            return value
        low, high = (self.node(line.args[b], line, path, rows, atoms) if b else None for b in bounds)
        if high is None:  # as far from the bound that there is as a positive number
            assert low is not None
            return nodes.Apply("+", (low, value))
        if low is None:
            return nodes.Apply("-", (high, value))
        return nodes.Apply("+", (low, nodes.Apply("*", (nodes.Apply("-", (high, low)), value))))

    def log_slope(self, name: str, path: Path, rows: int, atoms: Atoms) -> Node:
        """Log of the derivative of a bounded quantity by its free numbers."""
        line = self.planned.lines[name]
        found = nodes.Apply(self.free[name].log_slope, (self.coordinates(name, path, rows, atoms),))
        bounds = line.family.bounds
        if not bounds or not all(bounds) or bounds_in_numbers(line):
            return found
        low, high = (self.node(line.args[b], line, path, rows, atoms) for b in bounds)
        return nodes.Apply("+", (found, nodes.Apply("log", (nodes.Apply("-", (high, low)),))))

    def coordinates(self, name: str, path: Path, rows: int, atoms: Atoms, spherical: bool = False) -> Node:
        """The free numbers of a quantity that is barred from the forms, along a path."""
        from scipy import sparse

        line = self.planned.lines[name]
        width = self.free[name].size if name in self.free else self.forms.width(line)
        units = self.bound.size(line.domain)
        codes = self._codes(path, rows)
        at = np.arange(units) if codes is None else codes
        found = []
        for k in range(width):
            ones = sparse.csr_array(
                (np.ones(len(at)), (np.arange(len(at)), at * width + k)), shape=(len(at), units * width)
            )
            form = Affine(np.zeros(len(at)), {name: ones})
            found.append(atoms.add((name, k, path, spherical), form, spherical))
        return found[0] if width == 1 else nodes.Joined(tuple(found))

    def _sum(self, term: Term, line: Line, path: Path, rows: int, atoms: Atoms) -> Node:
        """A sum: what is linear in it as one atom, and the rest."""
        linear: Affine | None = None
        rest: list[tuple[float, Term]] = []
        linear_terms: list[tuple[float, Term]] = []
        pending: list[tuple[float, Term]] = [(1.0, term)]
        while pending:
            sign, inner = pending.pop()
            form = self.forms.term(line, inner)
            if isinstance(form, Affine):
                form = form.scaled(np.full(len(form.offset), sign))
                wide = 1 if linear is None else max(linear.width, form.width)
                linear = form if linear is None else linear.wide(wide).plus(form.wide(wide))
                linear_terms.append((sign, inner))
            elif isinstance(inner, Apply) and inner.function in _SUMS:
                pending += [(sign * s, a) for s, a in zip(_SUMS[inner.function], inner.args, strict=True)]
            else:
                rest.append((sign, inner))
        parts = [self._signed(sign, inner, line, path, rows, atoms) for sign, inner in rest]
        if linear is not None:
            key = (tuple(linear_terms), line.name, path)
            parts.append(self._affine(linear, key, path, rows, atoms))
        total = parts[0]
        for part in parts[1:]:
            total = nodes.Apply("+", (total, part))
        return total

    def _signed(self, sign: float, term: Term, line: Line, path: Path, rows: int, atoms: Atoms) -> Node:
        node = self.node(term, line, path, rows, atoms)
        return node if sign == 1 else nodes.Apply("neg", (node,))

    def _affine(self, form: Affine, key: Any, path: Path, rows: int, atoms: Atoms) -> Node:
        codes = self._codes(path, rows)
        form = form if codes is None else form.at(codes)
        if form.known:
            return nodes.Constant(form.offset.reshape(-1, form.width))
        if form.width == 1:
            return atoms.add(key, form)
        parts = tuple(atoms.add((key, k), form.component(k)) for k in range(form.width))
        return nodes.Joined(parts)

    # --- lookups -------------------------------------------------------------------------------

    def _path(self, use: Use, line: Line, path: Path) -> Path:
        if not self.planned.lines[use.name].domain:
            return _NOWHERE if line.domain else path
        return (*path, (line.domain, use.road)) if use.road else path

    def _codes(self, path: Path, rows: int) -> Array | None:
        """The unit at the end of a path, for every row; None where it is the row itself."""
        if path and path[-1] == _NOWHERE[0]:
            return np.zeros(rows, dtype=np.int64)
        codes: Array | None = None
        for domain, road in path:
            step = np.asarray(self.bound.codes(domain, road))
            codes = step if codes is None else step[codes]
        return codes


def _dot(a: Any, b: Any) -> Any:
    return np.sum(a * b, axis=-1, keepdims=True)


def bounds_in_numbers(line: Line) -> list[float]:
    """The bounds of a line's variable where they are arguments and numbers; none where one is not."""
    found, support = [], line.family.support
    for name, end in zip(line.family.bounds or (), (support.lower, support.upper), strict=False):
        if not name:
            found.append(end)
            continue
        values = getattr(line.args[name], "values", None) or (getattr(line.args[name], "value", None),)
        if len(values) != 1 or values[0] is None:
            return []
        found.append(float(values[0]))
    return found


def free_coordinates(line: Line, width: int) -> Coordinates:
    """The coordinates of a line's variable."""
    support = line.family.support
    lower, upper = support.lower, support.upper
    if line.family.bounds:
        lower, upper = bounds_in_numbers(line) or (0.0, 1.0 if all(line.family.bounds) else np.inf)
    return coordinates_of(line, width, lower, upper)
