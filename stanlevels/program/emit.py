"""Terms to Stan expressions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stanlevels.distributions.functions import FUNCTIONS
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import InternalError
from stanlevels.graph import ROWS, Call, ConstantNode, Expr, ExpressionNode, Op, Ref, VariableNode
from stanlevels.graph import Number as GraphNumber
from stanlevels.names import Names
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import (
    Apply,
    Domain,
    Known,
    Linear,
    Literal,
    Setting,
    Take,
    Term,
    Use,
    Vector,
)
from stanlevels.program.code import Code, binary, call, indexed, negative, number
from stanlevels.program.entries import Codes, Components, Covariate, Matrix, Number, Size


@dataclass(frozen=True)
class Emitter:
    """Writes the terms of one line.

    Parameters
    ----------
    planned, names
        The model, and its identifiers.
    domain : Domain
        Of the line.
    component : str
        The component that is being written ("k" in a loop, a number), "" where there is no loop.
    inline : {"", "rows", "all"}
        Which named expressions to write out instead of naming them, because their names do not exist
        yet where this is written: those over rows (before the model block), or all.
    integers : bool
        Read columns as whole numbers.
    """

    planned: Planned
    names: Names
    domain: Domain
    component: str = ""
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
                return self._use(use, str(position + 1))
            case Known(column=column, domain=domain):
                return Code(self.names[Covariate(domain, column, self.integers)], vector=True)
            case Linear():
                return self._linear(term)
            case Apply(function=function, args=args):
                return operation(function, tuple(args), self)
            case Vector():
                raise InternalError("a list of terms stands where one value is needed")

    def _setting(self, term: Setting) -> Code:
        name = self.names[Number(term.quantity, term.argument, bool(term.components), self.integers)]
        if term.components and self.component:
            return Code(f"{name}[{self.component}]")
        return Code(name, vector=bool(term.components))

    def _use(self, use: Use, component: str) -> Code:
        line = self.planned.lines[use.name]
        base = self._base(line, component)
        rows = self._codes(use)
        if not line.components:
            return Code(indexed(base, rows), True) if rows else base
        if not line.domain:
            return Code(indexed(base, component)) if component else Code(base.text, True, base.binds)
        if not component:
            return Code(indexed(base, rows), True) if rows else Code(base.text, True)
        picked = indexed(base, rows, component)
        return Code(f"to_vector({picked})" if is_array(line, self.planned) else picked, True)

    def _base(self, line: Line, component: str) -> Code:
        if isinstance(line.node, ConstantNode):
            return Code(self.names[Number(line.name, "value", False)])
        if isinstance(line.node, ExpressionNode) and self._written_out(line):
            inner = Emitter(self.planned, self.names, line.domain, "", self.inline)
            return inner(line.args["value"])
        name = self.names[line.name]
        whole = isinstance(line.node, VariableNode) and FAMILIES[line.node.family].discrete
        return Code(f"to_vector({name})" if whole else name, vector=bool(line.domain))

    def _written_out(self, line: Line) -> bool:
        return self.inline == "all" or (self.inline == "rows" and line.domain == (ROWS,))

    def _codes(self, use: Use) -> str:
        return self.names[Codes(self.domain, use.road)] if use.road else ""

    def _linear(self, term: Linear) -> Code:
        matrix = self.names[Matrix(term.domain, term.covariates)]
        line = self.planned.lines[term.use.name]
        if not line.domain:
            return Code(f"{matrix} * {self.names[line.name]}", True, 2)
        return call("rows_dot_product", Code(self.rows(term.use), True), Code(matrix, True))

    def rows(self, use: Use) -> str:
        """A quantity with components as a matrix with a row per unit of the line."""
        line = self.planned.lines[use.name]
        matrix = self.names[line.name]
        if is_array(line, self.planned):
            size, count = self.names[Size(line.domain)], self.names[Components(line.components)]
            matrix = f"stack_rows({matrix}, {size}, {count})"
        codes = self._codes(use)
        return f"{matrix}[{codes}]" if codes else matrix


def operation(function: str, args: tuple[Term, ...], write: Emitter) -> Code:
    """Write an operator or a function of the language."""
    return combine(function, tuple(write(a) for a in args))


def combine(function: str, codes: tuple[Code, ...]) -> Code:
    """An operator or a function of the language applied to fragments."""
    if function in FUNCTIONS:
        return call(FUNCTIONS[function].stan, *codes)
    if function == "neg":
        return negative(codes[0])
    if function == "dot":
        return Code(call("dot_product", *codes).text)
    left, right = codes
    if function == "/":
        left, right = _real(left), _real(right)
    return binary(function, left, right)


def _real(code: Code) -> Code:
    """A whole literal with a decimal point: Stan divides whole numbers without rest."""
    return Code(f"{code.text}.0", False, code.binds) if code.text.lstrip("-").isdigit() else code


def argument(expr: Expr, codes: Mapping[str, Code]) -> Code:
    """An argument of a Stan density, from the table's expression over parameters' names."""
    match expr:
        case Ref(name=name):
            return codes[name]
        case GraphNumber(value=value):
            return number(value)
        case Op(symbol=function, args=args) | Call(function=function, args=args):
            return combine(function, tuple(argument(a, codes) for a in args))
    raise InternalError(f"the table of distributions holds {expr!r}")


def is_array(line: Line, planned: Planned) -> bool:
    """Whether a quantity is an array of vectors in Stan (and not a matrix)."""
    if not line.domain or not line.components:
        return False
    if isinstance(line.node, ConstantNode | ExpressionNode):
        return False
    family = FAMILIES[line.node.family]
    if family.name == "MultiNormal":
        return not planned.quantities[line.name].is_standardised
    return line.node.ordered or family.support.shape == "simplex"
