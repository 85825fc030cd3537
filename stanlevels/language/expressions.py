"""What a person writes in a model class: expressions and declarations, before they have names.

Objects here have identity equality, no truth value, and do not iterate: an expression stands for
numbers that are not known yet. `stanlevels/language/resolve.py` turns them into the frozen graph.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NoReturn, TypeAlias, overload

import numpy as np

from stanlevels.errors import DeclarationError
from stanlevels.language.array_like import ArrayLike, SeriesLike
from stanlevels.language.declarations import Declaration, Index, Level, Memberships, Rows
from stanlevels.language.depth import Depth, depth_of
from stanlevels.language.messages.describe import checked_number, describe
from stanlevels.language.messages.meant import SYMBOLS, instead_of_covariates, instead_of_index, no_function
from stanlevels.language.messages.refused import Refused

Operand: TypeAlias = "Expression | float | np.floating[Any] | np.integer[Any]"
"""What an operator, a function or an argument takes: an expression or a number."""

Operands: TypeAlias = "Operand | Sequence[Operand] | Mapping[Any, Operand] | ArrayLike | SeriesLike"
"""What an argument with several components takes: also a list, with an entry for each."""


class Expression(Refused):
    """Anything that stands for a value in a line of a model.

    Arithmetic (``+ - * / **``), functions such as ``sl.exp``, and indexing build larger
    expressions. There are no comparisons, because a model has no branches.
    """

    depth = Depth()
    _in_words = "an expression"
    __iter__: ClassVar[None] = None
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"<{describe(self)}>"

    def __eq__(self, other: object) -> bool:
        return self is other

    def __add__(self, other: Operand) -> Expression:
        return Operation("+", self, other)

    def __radd__(self, other: Operand) -> Expression:
        return Operation("+", other, self)

    def __sub__(self, other: Operand) -> Expression:
        return Operation("-", self, other)

    def __rsub__(self, other: Operand) -> Expression:
        return Operation("-", other, self)

    @overload
    def __mul__(self, other: Operand) -> Expression: ...
    @overload
    def __mul__(self, other: Covariates) -> Covariates: ...
    def __mul__(self, other: Operand | Covariates) -> Expression | Covariates:
        if isinstance(other, Covariates):
            return other.times(self, before=True)
        return Operation("*", self, other)

    def __rmul__(self, other: Operand) -> Expression:
        return Operation("*", other, self)

    def __truediv__(self, other: Operand) -> Expression:
        return Operation("/", self, other)

    def __rtruediv__(self, other: Operand) -> Expression:
        return Operation("/", other, self)

    def __pow__(self, other: Operand) -> Expression:
        return Operation("**", self, other)

    def __rpow__(self, other: Operand) -> Expression:
        return Operation("**", other, self)

    def __neg__(self) -> Expression:
        return Operation("neg", self)

    def __pos__(self) -> Expression:
        return self

    def __abs__(self) -> Expression:
        return FunctionCall("abs", self)

    def __getitem__(self, key: Level | tuple[Level, ...] | int | str) -> Expression:
        return Indexed(self, key)

    def __matmul__(self, other: Covariates | Memberships) -> Expression:
        if isinstance(other, Memberships):
            return OfMembers(self, other)
        if not isinstance(other, Covariates):
            raise DeclarationError(
                f"the right side of @ is {describe(other)}",
                expected="covariates: sl.covariates(...) or sl.data(..., categorical=True)",
                way_out=instead_of_covariates(other),
            )
        return Product(self, other)

    if not TYPE_CHECKING:  # what is refused when it runs must be no method to type checkers either

        def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **_: object) -> Expression:
            """Arithmetic with NumPy's numbers is ours; its functions are named as ours where we have them."""
            symbol = SYMBOLS.get(ufunc.__name__)
            if symbol is not None and method == "__call__":
                return Operation(symbol, *inputs)
            raise no_function(ufunc.__name__, describe(self))


class Operation(Expression):
    """An operator applied to operands."""

    def __init__(self, symbol: str, *operands: Operand) -> None:
        self.symbol = symbol
        self.operands = tuple(checked_operand(o, f"an operand of {symbol}") for o in operands)
        inside = (o.depth for o in self.operands if isinstance(o, Expression))
        self.depth = depth_of(symbol, inside)


class FunctionCall(Expression):
    """A function of the language applied to one operand."""

    def __init__(self, function: str, operand: Operand) -> None:
        self.function = function
        self.operand = checked_operand(operand, f"the argument of sl.{function}")
        inner = self.operand.depth if isinstance(self.operand, Expression) else Depth()
        self.depth = Depth(0, inner.whole)


class Indexed(Expression):
    """A component (``B[0]``) or a quantity reached through a level (``strength[home]``)."""

    def __init__(self, base: Expression, key: Any) -> None:
        key = key.item() if isinstance(key, np.integer) else key
        levels = key if isinstance(key, tuple) else (key,)
        if all(isinstance(level, Level) for level in levels):
            self.key: tuple[Level, ...] | int | str = levels
        elif isinstance(key, int | str) and not isinstance(key, bool):
            self.key = key
        else:
            raise DeclarationError(
                f"an index is {describe(key)}",
                expected="a Level (or a tuple of Levels), or a component's position or label",
                way_out=instead_of_index(key),
            )
        self.base = base


class Product(Expression):
    """Coefficients times covariates."""

    def __init__(self, coefficients: Expression, covariates: Covariates) -> None:
        self.coefficients = coefficients
        self.covariates = covariates


class OfMembers(Expression):
    """A quantity summed over the members of units."""

    def __init__(self, of: Expression, memberships: Memberships) -> None:
        self.of = of
        self.memberships = memberships


class DataColumn(Expression):
    """A known covariate; see `stanlevels.data`."""

    def __init__(self, column: str) -> None:
        self.column = column
        self._in_words = f"sl.data({column!r})"


class OwnOutcome(Expression):
    """The column that a line observes, in what is derived from it."""

    depth = Depth(0, 1)


class DerivedColumn(Expression):
    """A column made of all values of another; see `stanlevels.standardize` and its neighbours."""

    def __init__(
        self,
        function: str,
        operand: Expression,
        *,
        over: Level | None = None,
        degree: int | None = None,
        options: tuple[tuple[str, str | float | tuple[float, ...]], ...] = (),
    ) -> None:
        self.function = function
        self.operand = operand
        self.over = over
        self.degree = degree
        self.options = options
        self.depth = Depth(0, 1 + operand.depth.whole)


class Constant(Expression):
    """A known number with a name; see `stanlevels.Constant`."""

    _in_words = "a Constant"

    def __init__(self, value: Any) -> None:
        self.value = checked_number(value, "sl.Constant")


class Variable(Expression):
    """A line ``name ~ Distribution(...)``; made by calling a distribution."""

    def __init__(self, **fields: Any) -> None:
        self.family: str = fields["family"]
        self.parameterization: str = fields["parameterization"]
        self.args: tuple[tuple[str, Any], ...] = fields["args"]
        self.over: tuple[Level | Index | Covariates | Rows, ...] = fields["over"]
        self.observed: bool | str | tuple[str, ...] = fields["observed"]
        self.weights: str | None = fields["weights"]
        self.ordered: bool = fields["ordered"]
        self.centered: bool | Literal["between"] | None = fields["centered"]
        self.size: int | None = fields["size"]
        self.matrix: str | None = fields.get("matrix")
        self.missing: str | None = fields.get("missing")
        self._in_words = f"a {self.family}(...)"


Factors = tuple[Any, ...]
"""The factors of a covariate: columns in a coding, and expressions of data columns."""


class Covariates(Declaration):
    """Several covariates used together; see `stanlevels.covariates`.

    Every term is a product of factors; the term without factors is the constant 1. Products of sets, and of
    sets with columns, are sets: each term times each.
    """

    __array_ufunc__ = None
    _in_words = "covariates"

    def __init__(self, terms: tuple[Factors, ...]) -> None:
        self.terms = terms

    def __mul__(self, other: Covariates | Expression) -> Covariates:
        if not isinstance(other, Covariates | Expression):
            raise self._no_arithmetic(other)
        return self.times(other)

    def times(self, other: Covariates | Expression, *, before: bool = False) -> Covariates:
        """Each term times each of another set, or times an expression of data columns."""
        if isinstance(other, Expression) and (unknown := next(_not_known(other), None)) is not None:
            raise DeclarationError(
                f"{describe(unknown)} is multiplied by covariates",
                expected="b @ X: coefficients times covariates, and their sum",
                way_out="write b @ X with b = sl.Normal(0, 1, over=X), and over=(level, X) where they vary",
            )
        first, second = (terms_of(other), self.terms) if before else (self.terms, terms_of(other))
        return Covariates(tuple((*a, *b) for a in first for b in second))

    if not TYPE_CHECKING:

        def __matmul__(self, other: object) -> NoReturn:
            raise DeclarationError(
                "covariates stand on the left of @",
                expected="coefficients on the left: b @ X",
                way_out="write b @ X, with b = sl.Normal(0, 1, over=X)",
            )


def terms_of(thing: Covariates | Expression) -> tuple[Factors, ...]:
    """What stands among covariates as products: of an expression of data columns one.

    Raises
    ------
    DeclarationError
        If it holds something that data do not give.
    """
    if isinstance(thing, Covariates):
        return thing.terms
    unknown = next(_not_known(thing), None)
    if unknown is not None:
        raise DeclarationError(
            f"{describe(unknown)} stands in a covariate",
            expected="covariates of data alone: columns, numbers, and functions of them",
            way_out="write b @ X with b = sl.Normal(0, 1, over=X), and over=(level, X) where they vary",
        )
    return (tuple(_factors(thing)),)


def _not_known(thing: object) -> Iterator[object]:
    """What in an expression is not computed from data columns and numbers."""
    pending = [thing]
    while pending:
        match pending.pop():
            case Operation(operands=operands):
                pending += operands
            case FunctionCall(operand=operand):
                pending.append(operand)
            case Expression() as other if not isinstance(other, DataColumn | DerivedColumn | Constant):
                yield other


def _factors(thing: Expression) -> Iterator[Expression]:
    """A product of columns as its factors; anything else is one factor."""
    if isinstance(thing, Operation) and thing.symbol == "*":
        first, second = thing.operands
        if isinstance(first, Expression) and isinstance(second, Expression):
            yield from _factors(first)
            yield from _factors(second)
            return
    yield thing


def checked_operand(value: Any, where: str) -> Operand:
    """An operand of an expression: an expression or a number."""
    if isinstance(value, Expression):
        return value
    if isinstance(value, Level):
        raise DeclarationError(
            f"{where} is a Level",
            expected="a quantity over that level, such as sl.Normal(0, sd, over=level)",
            way_out="a level has units, not numbers; declare a quantity over it, or read its column"
            " with sl.data(...)",
        )
    if isinstance(value, Memberships):
        raise DeclarationError(
            f"{where} is a table of memberships",
            expected="u @ lineup with u = sl.Normal(0, sd, over=player), a quantity of the members",
        )
    if isinstance(value, Covariates):
        raise DeclarationError(
            f"{where} is a set of covariates",
            expected="b @ X with b = sl.Normal(0, 1, over=X)",
            way_out="write b @ X; for coefficients that vary, over=(level, X)",
        )
    if isinstance(value, str):
        raise DeclarationError(
            f"{where} is the text {value!r}",
            expected="a number, a quantity, or a column",
            way_out=f"for a column write sl.data({value!r})",
        )
    return checked_number(value, where)
