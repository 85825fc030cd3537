"""Quantities as linear functions of coefficients: what the fast, exact methods work on.

A form is ``offset + sum over quantities of (sparse matrix) @ (that quantity's unknown numbers)``,
with one row per unit and component of the place where it is evaluated. Random variables contribute
their mean and a deviation of their own; means propagate, so an app's effect holds its publisher's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.distributions.functions import computed
from stanlevels.errors import FitError, InternalError
from stanlevels.graph import ConstantNode, ExpressionNode
from stanlevels.graph.text import node_text
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Apply, Known, Linear, Literal, Setting, Take, Term, Use, Vector, uses

if TYPE_CHECKING:
    from stanlevels.binding import Bound

__all__ = ["Affine", "Forms", "not_linear"]

Array = np.ndarray[Any, Any]

_NUTS = "use method='nuts', which needs no linearity"


def not_linear(line: Line, what: str, way_out: str = _NUTS) -> FitError:
    """The error for a line that this method cannot take."""
    return FitError(
        f"{node_text(line.node)}: {what}",
        expected="sums of quantities, each times known numbers, and normal random variables",
        way_out=way_out,
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
    """

    planned: Planned
    bound: Bound
    random: Mapping[str, Array]
    barred: frozenset[str] = frozenset()
    made: dict[str, Affine] = field(default_factory=dict)

    def width(self, line: Line) -> int:
        """Number of components of a line."""
        return prod(len(self.planned.axes[axis]) for axis in line.components)

    def quantity(self, name: str) -> Affine:
        """A quantity at its own units.

        Raises
        ------
        FitError
            If it is not linear in the unknowns, naming the line.
        """
        if name not in self.made:
            self.made[name] = self._quantity(self.planned.lines[name])
        return self.made[name]

    def _quantity(self, line: Line) -> Affine:
        node = line.node
        if isinstance(node, ConstantNode | ExpressionNode):
            return self.term(line, line.args["value"])
        if node.is_observed:
            values = np.asarray(self.bound.outcome(line.name), dtype=float)
            return Affine(values.ravel(), {}, values.shape[1] if values.ndim > 1 else 1)
        return self._variable(line)

    def _variable(self, line: Line) -> Affine:
        from scipy import sparse

        if line.name in self.barred:
            raise not_linear(
                line,
                f"{line.name!r} is a random variable that is not normal",
                f"use method='nuts', or give it another role: roles={{{line.name!r}: 'parameter'}}",
            )
        width = self.width(line)
        size = self.bound.size(line.domain) * width
        if line.name not in self.random:
            return Affine(np.zeros(size), {line.name: sparse.eye_array(size, format="csr")}, width)
        own = sparse.diags_array(self.random[line.name], format="csr")
        mean = self.term(line, line.args["mu"]).wide(width)
        return mean.plus(Affine(np.zeros(size), {line.name: own}, width))

    # --- terms ---------------------------------------------------------------------------------

    def term(self, line: Line, term: Term) -> Affine:
        """A term of `line`, at the line's units."""
        n = self.bound.size(line.domain)
        match term:
            case Literal(value=value):
                return Affine(np.full(n, float(value)))
            case Setting(values=values):
                if not values:
                    raise InternalError(f"{term.argument} of {term.quantity!r} was left open")
                return Affine(np.tile(np.asarray(values, dtype=float), n), {}, len(values))
            case Known(column=column):
                return Affine(np.asarray(self.bound.column(line.domain, column), dtype=float))
            case Use():
                return self._use(line, term)
            case Take(use=use, position=position):
                return self._use(line, use).component(position)
            case Linear(use=use, covariates=covariates):
                return self._linear(line, use, covariates)
            case Vector(items=items):
                return self._vector([self.term(line, item) for item in items])
            case Apply(function=function, args=args):
                return self._apply(line, function, args)

    def _use(self, line: Line, use: Use) -> Affine:
        form, n = self.quantity(use.name), self.bound.size(line.domain)
        home = self.planned.lines[use.name].domain
        if not home:
            return form.at(np.zeros(n, dtype=np.int64))
        return form.at(self.bound.codes(line.domain, use.road)) if use.road else form

    def _linear(self, line: Line, use: Use, covariates: str) -> Affine:
        from scipy import sparse

        matrix = np.asarray(self.bound.matrix(line.domain, covariates), dtype=float)
        n, width = matrix.shape
        sums = sparse.csr_array(
            (matrix.ravel(), np.arange(n * width), np.arange(n + 1) * width), shape=(n, n * width)
        )
        return self._use(line, use).wide(width).map_rows(sums, 1)

    def _vector(self, items: list[Affine]) -> Affine:
        from scipy import sparse

        n, width = items[0].units, len(items)
        total: Affine | None = None
        for k, item in enumerate(items):
            place = sparse.csr_array(
                (np.ones(n), (np.arange(n) * width + k, np.arange(n))), shape=(n * width, n)
            )
            form = item.map_rows(place, width)
            total = form if total is None else total.plus(form)
        assert total is not None
        return total

    def _apply(self, line: Line, function: str, args: tuple[Term, ...]) -> Affine:
        forms = [self.term(line, arg) for arg in args]
        width = max(form.width for form in forms)
        forms = [form.wide(width) for form in forms]
        match function, forms:
            case "+", [a, b]:
                return a.plus(b)
            case "-", [a, b]:
                return a.plus(b.scaled(np.full(len(b.offset), -1.0)))
            case "neg", [a]:
                return a.scaled(np.full(len(a.offset), -1.0))
            case "*", [a, b] if a.known or b.known:
                return b.scaled(a.offset) if a.known else a.scaled(b.offset)
            case "/", [a, b] if b.known:
                return a.scaled(1 / b.offset)
        if all(form.known for form in forms):
            return Affine(_computed(function, [form.offset for form in forms]), {}, width)
        raise not_linear(line, _why(function, [arg for arg, f in zip(args, forms, strict=True) if f.parts]))


def _computed(function: str, values: list[Array]) -> Array:
    return computed(function, *values)


def _why(function: str, args: list[Term]) -> str:
    names = list(dict.fromkeys(use.name for arg in args for use in uses(arg)))
    words = " and ".join(repr(name) for name in names)
    if function == "*":
        return f"a product of unknown quantities, {words}, is not linear"
    return f"{function} of {words} is not linear"
