"""Quantities as linear functions of coefficients: what the fast, exact methods work on.

A form is ``offset + sum over quantities of (sparse matrix) @ (that quantity's unknown numbers)``,
with one row per unit and component of the place where it is evaluated. Random variables contribute
their mean and a deviation of their own; means propagate, so an app's effect holds its publisher's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.graph.text import node_text
from stanlevels.linear.multiples import Columns
from stanlevels.linear.sums import Addend, Opaque, Place, Reader, Unknown
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Term, Vector, uses

if TYPE_CHECKING:
    from stanlevels.binding import Bound

__all__ = ["Affine", "Forms", "NotLinear", "NotLinearError", "names_in"]


_SUMS = "sums of quantities, each times known numbers, and normal random variables"
_NUTS = "use method='mle' or method='nuts', which need no linearity"


class NotLinearError(FitError):
    """A line is outside what an exact method takes; another one may take it."""


@dataclass(frozen=True)
class NotLinear:
    """Why a line is not linear in the unknowns.

    Attributes
    ----------
    declaration : str
        The line, as a person would write it.
    what : str
        What about it is not linear.
    way_out : str
    expected : str
        What would be one.
    """

    declaration: str
    what: str
    way_out: str = _NUTS
    expected: str = _SUMS

    @staticmethod
    def of(line: Line, what: str, way_out: str = _NUTS, expected: str = _SUMS) -> NotLinear:
        """The reason for a line."""
        return NotLinear(node_text(line.node), what, way_out, expected)

    def error(self) -> NotLinearError:
        """The error of a method that can take linear lines only."""
        return NotLinearError(
            f"{self.declaration}: {self.what}",
            expected=self.expected,
            way_out=self.way_out,
        )


@dataclass(frozen=True, eq=False)
class Affine:
    """A linear form at `units` units with `width` components (unit by unit, components fastest).

    `parts` has, for every quantity that enters, a sparse (units * width, its numbers) array.
    """

    offset: Array
    parts: Mapping[str, Any] = field(default_factory=dict)
    width: int = 1

    @property
    def units(self) -> int:
        """Number of units."""
        return len(self.offset) // max(self.width, 1)

    @property
    def known(self) -> bool:
        """Whether no unknown enters."""
        return not self.parts

    def map_rows(self, matrix: Any, width: int) -> Affine:
        """The form after multiplication by a sparse matrix from the left."""
        parts = {name: (matrix @ part).tocsr() for name, part in self.parts.items()}
        return Affine(np.asarray(matrix @ self.offset), parts, width)

    def rows(self, positions: Array, width: int) -> Affine:
        """Some of the rows, in the order given."""
        parts = {name: part[positions] for name, part in self.parts.items()}
        return Affine(self.offset[positions], parts, width)

    def at(self, codes: Array) -> Affine:
        """The form at the units `codes`."""
        positions = (codes[:, None] * self.width + np.arange(self.width)).ravel()
        return self.rows(positions, self.width)

    def component(self, position: int) -> Affine:
        """One component."""
        return self.rows(np.arange(self.units) * self.width + position, 1)

    def wide(self, width: int) -> Affine:
        """The same number for each of `width` components."""
        if self.width == width:
            return self
        return self.rows(np.repeat(np.arange(self.units), width), width)

    def scaled(self, by: Array) -> Affine:
        """Row-wise product with known numbers."""
        if np.all(by == 1):
            return self
        parts = {name: part.multiply(by[:, None]).tocsr() for name, part in self.parts.items()}
        return Affine(self.offset * by, parts, self.width)

    def plus(self, other: Affine) -> Affine:
        """The sum of two forms."""
        parts = dict(self.parts)
        for name, part in other.parts.items():
            parts[name] = (parts[name] + part).tocsr() if name in parts else part
        return Affine(self.offset + other.offset, parts, self.width)


@dataclass(frozen=True, eq=False)
class Forms:
    """Linear forms of the quantities of a model.

    Parameters
    ----------
    planned : Planned
    bound : Bound
    random : mapping of str to ndarray
        Normal random variables, with what each number's deviation is multiplied by.
    barred : frozenset of str
        Random variables of other distributions, which cannot be integrated out.
    roots : mapping of str to sparse array
        Of random variables whose units are correlated: what they are of independent ones.
    """

    planned: Planned
    bound: Bound
    random: Mapping[str, Array]
    barred: frozenset[str] = frozenset()
    roots: Mapping[str, Any] = field(default_factory=dict)
    made: dict[str, Affine | NotLinear] = field(default_factory=dict)

    @cached_property
    def columns(self) -> Columns:
        """Known numbers."""
        return Columns(self.planned, self.bound)

    @cached_property
    def reader(self) -> Reader:
        """Reads terms."""
        return Reader(self.planned)

    def width(self, line: Line) -> int:
        """Number of components of a line."""
        return prod(len(self.planned.axes[axis]) for axis in line.components)

    def quantity(self, name: str) -> Affine | NotLinear:
        """A quantity at its own units, or why it is not linear in the unknowns."""
        if name not in self.made:
            self.made[name] = self._quantity(self.planned.lines[name])
        return self.made[name]

    def _quantity(self, line: Line) -> Affine | NotLinear:
        if not line.is_variable:
            return self.term(line, line.args["value"])
        if line.is_observed:
            values = np.asarray(self.bound.outcome(line.name), dtype=float)
            return Affine(values.ravel(), {}, values.shape[1] if values.ndim > 1 else 1)
        return self._variable(line)

    def _variable(self, line: Line) -> Affine | NotLinear:
        from scipy import sparse

        if line.name in self.barred:
            correlated = line.family.structure is not None
            what = "whose units are correlated" if correlated else "that is not normal"
            return NotLinear.of(
                line,
                f"{line.name!r} is a random variable {what}",
                f"use method='nuts', or give it another role: roles={{{line.name!r}: 'parameter'}}",
            )
        width = self.width(line)
        size = self.bound.size(line.domain) * width
        if line.name not in self.random:
            return Affine(np.zeros(size), {line.name: sparse.eye_array(size, format="csr")}, width)
        own = sparse.diags_array(self.random[line.name], format="csr")
        if line.name in self.roots:
            own = (own @ self.roots[line.name]).tocsr()
        location = line.args.get(line.location)
        mean = (
            Affine(np.zeros(self.bound.size(line.domain))) if location is None else self.term(line, location)
        )
        if isinstance(mean, NotLinear):
            return mean
        return mean.wide(width).plus(Affine(np.zeros(size), {line.name: own}, width))

    # --- terms ---------------------------------------------------------------------------------

    def term(self, line: Line, term: Term) -> Affine | NotLinear:
        """A term of `line`, at the line's units, or why it is not linear."""
        if isinstance(term, Vector):
            return self._vector(line, term)
        n = self.bound.size(line.domain)
        total = Affine(np.zeros(n))
        for addend in self.reader.read(term, Place(line.domain)):
            found = self._addend(line, addend, n)
            if isinstance(found, NotLinear):
                return found
            width = max(total.width, found.width)
            total = total.wide(width).plus(found.wide(width))
        return total

    def _vector(self, line: Line, term: Vector) -> Affine | NotLinear:
        from scipy import sparse

        n, width = self.bound.size(line.domain), len(term.items)
        total = Affine(np.zeros(n * width), {}, width)
        for k, item in enumerate(term.items):
            found = self.term(line, item)
            if isinstance(found, NotLinear):
                return found
            at = (np.arange(n) * width + k, np.arange(n))
            total = total.plus(
                found.map_rows(sparse.csr_array((np.ones(n), at), shape=(n * width, n)), width)
            )
        return total

    def _addend(self, line: Line, addend: Addend, n: int) -> Affine | NotLinear:
        if isinstance(addend.unknown, Opaque):
            return NotLinear.of(line, why(addend.unknown))
        multiple = self.columns.multiple(addend)
        width = multiple.shape[1]
        known = np.broadcast_to(multiple, (n, width))
        if addend.unknown is None:
            return Affine(known.ravel(), {}, width)
        form = self._unknown(addend.unknown, n)
        if isinstance(form, NotLinear):
            return form
        if addend.covariates is not None:
            return self._sums(form, self.columns.matrix(addend))
        width = max(width, form.width)
        return form.wide(width).scaled(np.broadcast_to(known, (n, width)).ravel())

    def _unknown(self, unknown: Unknown, n: int) -> Affine | NotLinear:
        """An unknown quantity at the units of the predictor."""
        form = self.quantity(unknown.name)
        if isinstance(form, NotLinear):
            return form
        codes = self.columns.units(unknown.place) if unknown.place.home else np.zeros(n, dtype=np.int64)
        form = form if codes is None else form.at(codes)
        return form if unknown.position is None else form.component(unknown.position)

    def _sums(self, form: Affine, matrix: Array) -> Affine:
        """Coefficients times covariates (units, columns), summed."""
        from scipy import sparse

        n, width = matrix.shape
        sums = sparse.csr_array(
            (matrix.ravel(), np.arange(n * width), np.arange(n + 1) * width), shape=(n, n * width)
        )
        return form.wide(width).map_rows(sums, 1)


def why(opaque: Opaque) -> str:
    """Why a part of a predictor is not linear, in words."""
    names = list(dict.fromkeys(names_in(opaque)))
    words = " and ".join(repr(name) for name in names)
    if opaque.function == "*":
        return f"a product of unknown quantities, {words}, is not linear"
    return f"{opaque.function} of {words} is not linear"


def names_in(opaque: Opaque) -> list[str]:
    """The quantities in what is not linear."""
    found = [use.name for term in opaque.terms for use in uses(term)]
    for part in opaque.parts:
        found += [part.name] if isinstance(part, Unknown) else names_in(part)
    return found
