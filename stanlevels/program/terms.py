"""Terms to Stan expressions."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from functools import reduce

from stanlevels.distributions.functions import FUNCTIONS
from stanlevels.errors import InternalError
from stanlevels.graph import ROWS, Call, Expr, Number, Op, Ref
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import (
    Apply,
    Known,
    Linear,
    Literal,
    Members,
    Setting,
    Take,
    Term,
    Use,
    Vector,
)
from stanlevels.program import entries, stan
from stanlevels.program.code import Code, binary, call, divided, negative, number
from stanlevels.program.scope import Scope

__all__ = ["Writer", "argument"]


@dataclass(frozen=True)
class Writer:
    """Writes the terms of one line.

    Parameters
    ----------
    scope : Scope
    line : Line
        The terms' own.
    component : Expression, optional
        The component that is being written: a loop's counter, or a number; None where there is no loop.
    inline : {"", "rows", "all"}
        Which named expressions to write out instead of naming them, because their names do not exist
        yet where this is written: those over rows (before the model block), or all.
    integers : bool
        Read columns as whole numbers.
    """

    scope: Scope
    line: Line
    component: stan.Expression | None = None
    inline: str = ""
    integers: bool = False

    def __call__(self, term: Term) -> Code:
        """Write a term."""
        match term:
            case Literal(value=value):
                return number(value)
            case Setting():
                return self._setting(term)
            case Use():
                return self._use(term, self.component)
            case Take(use=use, position=position):
                return self._use(use, stan.Literal(position + 1))
            case Known(column=column, domain=domain):
                return Code(self.scope.variable(entries.Covariate(domain, column, self.integers)), True)
            case Linear():
                return self._linear(term)
            case Members():
                return self._members(term)
            case Apply(function="dot", args=(left, right)):
                return self._dot(left, right)
            case Apply(function=function, args=args):
                return applied(function, *(self(a) for a in args))
            case Vector():
                return self._vector(term)

    def arguments(self, skipping: Container[str] = ()) -> dict[str, Code]:
        """The line's arguments by name but for some; those that must be known as whole numbers."""
        return {
            name: replace(self, integers=self.line.parameter(name).is_whole)(term)
            for name, term in self.line.args.items()
            if name not in skipping
        }

    def _setting(self, term: Setting) -> Code:
        vector = bool(term.components)
        name = self.scope.variable(entries.Number(term.quantity, term.argument, vector, self.integers))
        if vector and self.component is not None:
            return Code(stan.Index(name, (self.component,)))
        return Code(name, vector)

    def _vector(self, term: Vector) -> Code:
        """A list, entry by entry along the components of its line; or one entry, for every unit."""
        if isinstance(self.component, stan.Literal):
            return self(term.items[int(self.component.value) - 1])
        codes = [replace(self, component=None)(item) for item in term.items]
        if not any(code.vector for code in codes):
            row = stan.Row(tuple(code.expression for code in codes))
            if self.component is None:
                return Code(stan.Transposed(row), True)
            return Code(stan.Index(row, (self.component,)))
        beside = reduce(_beside, (self._for_units(code) for code in codes))
        return Code(beside if self.component is None else stan.Index(beside, (None, self.component)), True)

    def _for_units(self, code: Code) -> stan.Expression:
        """A value for every unit of the line."""
        if code.vector:
            return code.expression
        return stan.Call("rep_vector", (code.expression, self.scope.length(self.line)))

    def _dot(self, left: Term, right: Term) -> Code:
        """The sum over components of products."""
        whole = replace(self, component=None)
        return Code(stan.Call("dot_product", (whole(left).expression, whole(right).expression)))

    def _use(self, use: Use, component: stan.Expression | None) -> Code:
        line = self.scope.planned.lines[use.name]
        base = self._base(line)
        rows = self._codes(use)
        if not line.components:
            return Code(stan.Index(base.expression, (rows,)), True) if rows else base
        if component is None:
            return Code(stan.Index(base.expression, (rows,)) if rows else base.expression, True)
        if not line.domain:
            return Code(stan.Index(base.expression, (component,)))
        picked = stan.Index(base.expression, (rows, component))
        return Code(stan.Call("to_vector", (picked,)) if self.scope.is_array(line) else picked, True)

    def _base(self, line: Line) -> Code:
        if line.is_constant:
            return Code(self.scope.variable(entries.Number(line.name, "value", False)))
        if line.is_expression and self._written_out(line):
            return Writer(self.scope, line, None, self.inline)(line.args["value"])
        name = self.scope.variable(line.name)
        whole = line.is_variable and line.family.discrete
        return Code(stan.Call("to_vector", (name,)) if whole else name, bool(line.domain))

    def _written_out(self, line: Line) -> bool:
        return self.inline == "all" or (self.inline == "rows" and line.domain == (ROWS,))

    def _codes(self, use: Use) -> stan.Variable | None:
        return self.scope.variable(entries.Codes(self.line.domain, use.road)) if use.road else None

    def _linear(self, term: Linear) -> Code:
        matrix = self.scope.variable(entries.Matrix(term.domain, term.covariates))
        line = self.scope.planned.lines[term.use.name]
        if not line.domain:
            return Code(stan.Binary("*", matrix, self.scope.variable(line.name)), True)
        return call("rows_dot_product", Code(self.rows(term.use), True), Code(matrix, True))

    def _members(self, term: Members) -> Code:
        """The sums of a quantity over the members of units, which stand one after another."""
        there = (term.memberships,)
        line = self.scope.planned.lines[term.use.name]
        codes = self.scope.variable(entries.Codes(there, term.road))
        first = self.scope.variable(entries.FirstMember(term.memberships, self.line.domain))
        place = () if term.position is None else (stan.Literal(term.position + 1),)
        of = Code(stan.Index(self._base(line).expression, (codes, *place)), True)
        if place and self.scope.is_array(line):
            of = call("to_vector", of)
        if term.weights:
            of = binary("*", Code(self.scope.variable(entries.Covariate(there, term.weights)), True), of)
        return call("segment_sums", of, Code(first))

    def rows(self, use: Use) -> stan.Expression:
        """A quantity with components as a matrix with a row per unit of the line."""
        line = self.scope.planned.lines[use.name]
        matrix: stan.Expression = self.scope.variable(line.name)
        if self.scope.is_array(line):
            sizes = self.scope.units(line.domain), self.scope.count(line.components)
            matrix = stan.Call("stack_rows", (matrix, *sizes))
        codes = self._codes(use)
        return stan.Index(matrix, (codes,)) if codes else matrix


def _beside(left: stan.Expression, right: stan.Expression) -> stan.Expression:
    return stan.Call("append_col", (left, right))


def applied(function: str, *codes: Code) -> Code:
    """An operator or a function of the language, applied to expressions."""
    if function in FUNCTIONS:
        return call(FUNCTIONS[function].stan, *codes)
    if function == "neg":
        return negative(*codes)
    if function == "/":
        return divided(*codes)
    return binary("^" if function == "**" else function, *codes)


def argument(expr: Expr, codes: Mapping[str, Code]) -> Code:
    """An argument of a Stan density, from the table's expression over parameters' names."""
    match expr:
        case Ref(name=name):
            return codes[name]
        case Number(value=value):
            return number(value)
        case Op(symbol=function, args=args) | Call(function=function, args=args):
            return applied(function, *(argument(a, codes) for a in args))
    raise InternalError(f"the table of distributions holds {expr!r}")
