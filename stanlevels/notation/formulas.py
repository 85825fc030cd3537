"""Expressions as formulas."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stanlevels.graph import (
    At,
    Call,
    Column,
    Component,
    CovariateColumn,
    CovariateTerm,
    Derived,
    Dot,
    Expr,
    IndexNode,
    Members,
    MembershipsNode,
    Number,
    Op,
    Ref,
    Stack,
    VariableNode,
)
from stanlevels.graph.text import PRECEDENCE, number_text
from stanlevels.notation.layout import (
    Barred,
    Digits,
    Fenced,
    Fraction,
    Layout,
    Name,
    Root,
    Row,
    Script,
    Sign,
    Stacked,
    Text,
    Word,
)
from stanlevels.notation.places import Axes, Places, joined
from stanlevels.notation.symbols import symbol_of

__all__ = ["UNSAID", "Line", "number"]

_SUM, _PRODUCT, _NEGATIVE, _POWER = (PRECEDENCE[symbol] for symbol in ("+", "*", "neg", "**"))
_MINUS, _DOT, _BESIDE = Sign("−"), Sign("·"), Sign("\u2062")
UNSAID = "\u00b7"
"""In the place of what a line leaves open."""

_INVERSES = {"inv_logit": "logit", "inv_cloglog": "cloglog"}


@dataclass(frozen=True)
class Line:
    """The line in which expressions stand: where its units are, and those of what it uses.

    Attributes
    ----------
    places : Places
    domain : tuple of str
        Its units.
    components : tuple of str
        Lists over which it has a number each.
    bare : bool
        Whether columns have no index: inside of a mean they stand for all their values.
    """

    places: Places
    domain: Axes
    components: Axes = ()
    bare: bool = False

    def formula(self, expr: Expr, outer: int = 0, *, right: bool = False) -> Layout:
        """An expression, between parentheses where it binds less than `outer` or begins with a minus."""
        layout, binds = self._inner(expr)
        if binds < outer or (right and _begins_with_minus(expr)):
            return layout if isinstance(layout, Stacked) else Fenced(layout)
        return layout

    def _inner(self, expr: Expr) -> tuple[Layout, int]:
        """The layout of an expression, and how tightly it binds."""
        match expr:
            case Number(value=value):
                return number(value), _binds(value)
            case Ref() | At() | Component() | Column():
                return self._name(expr), _POWER + 1
            case Dot(coefficients=coefficients, covariates=covariates):
                matrix = self._indexed(covariates, self.places.index(self.domain))
                beside = _BESIDE if _is_short(expr) else _DOT
                return Row((matrix, beside, self.formula(coefficients))), _PRODUCT
            case Members(of=of, memberships=memberships):
                return self._members(of, memberships), _PRODUCT
            case Stack(items=items):
                return self._list(tuple(self.formula(item) for item in items)), _POWER + 1
            case Derived():
                return self._derived(expr)
            case Call(function=function, args=(arg,)) if rewritten := _rewritten(function, arg):
                return self._inner(rewritten)
            case Call(function=function, args=args):
                return self._call(function, args), _POWER
            case Op(symbol=symbol, args=args):
                return self._operation(symbol, args), PRECEDENCE[symbol]

    def _list(self, items: tuple[Layout, ...]) -> Layout:
        """A list as a vector; the component of it that a line over one list of labels takes."""
        vector = Stacked(items)
        return Script(vector, joined(self.places.index(self.components))) if self.components else vector

    def _operation(self, symbol: str, args: tuple[Expr, ...]) -> Layout:
        match symbol:
            case "neg":
                return Row((_MINUS, self.formula(args[0], _PRODUCT, right=True)))
            case "**":
                return self._power(args[0], self.formula(args[1]))
            case "/":
                return Fraction(self.formula(args[0]), self.formula(args[1]))
            case "*":
                left, right = args
                beside = _BESIDE if _is_short(left) and _is_short(right) and _begins(right) else _DOT
                return Row((self.formula(left, _PRODUCT), beside, self.formula(right, _PRODUCT, right=True)))
        left, right = args
        sign = Sign("+") if symbol == "+" else _MINUS
        tight = _SUM + (symbol == "-")
        return Row((self.formula(left, _SUM), sign, self.formula(right, tight, right=True)))

    def _members(self, of: Ref | Component, memberships: str) -> Layout:
        """The sum over the members of a unit, of weights times a quantity."""
        node = self.places.graph[memberships]
        assert isinstance(node, MembershipsNode)
        member = replace(self, domain=(node.of,))
        letter = self.places.index((node.of,))[0]
        whose = self._indexed(memberships, self.places.index(self.domain))
        total = Script(Sign("∑"), Row((letter, Sign("∈"), whose)))
        if not node.weighted:
            return Row((total, member.formula(of, _PRODUCT)))
        both = (*self.places.index(self.domain), letter)
        name = node.weights or "share"
        plain: Layout = Name(name)
        if node.weights and node.shares:
            plain = Row((Word("share"), Fenced(plain)))
        weight = Script(plain, joined(both))
        beside = _BESIDE if _is_short(of) and symbol_of(name).is_letter else _DOT
        return Row((total, weight, beside, member.formula(of, _PRODUCT)))

    def _power(self, base: Expr, power: Layout) -> Layout:
        inner = self.formula(base, _POWER + 1)
        return replace(inner, above=power) if isinstance(inner, Script) else Script(inner, None, power)

    def _name(self, expr: Ref | At | Component | Column) -> Layout:
        match expr:
            case Ref(name=name):
                return self.reference(name)
            case At(name=name, levels=levels):
                return self._indexed(name, self._at(levels))
            case Component(of=of, key=key):
                return self._component(of, key)
            case Column(name=name):
                return self.column(name)

    # --- names ---------------------------------------------------------------------------------------

    def reference(self, name: str) -> Layout:
        """A quantity of the model, with the units that this line reaches."""
        if name == UNSAID:
            return _DOT
        axes = self.places.domain(name) if name in self.places.graph else ()
        index = tuple(self.places.reached(axis, self.domain) for axis in axes)
        lists = self.places.components(name) if name in self.places.graph else ()
        shared = lists if lists and set(lists) <= set(self.components) else ()
        return self._indexed(name, (*index, *self.places.index(shared)))

    def together(self, name: str, units: Axes) -> Layout:
        """A quantity whose last units stand together, at other units and the components of this line."""
        return self._indexed(name, self.places.index((*units, *self.components)))

    def _at(self, levels: tuple[str, ...]) -> tuple[Layout, ...]:
        return tuple(self.places.reached(level, self.domain) for level in levels)

    def _indexed(self, name: str, index: tuple[Layout, ...]) -> Layout:
        return Script(Name(name), joined(index)) if index and not self.bare else Name(name)

    def column(self, name: str) -> Layout:
        """A column of the data, at the units of this line."""
        return self._indexed(name, self.places.index(self.domain))

    def _component(self, of: Ref | At, key: int | str) -> Layout:
        axes = self.places.domain(of.name) if of.name in self.places.graph else ()
        named = of.levels if isinstance(of, At) else axes
        label = Text(str(self._label(of.name, key)))
        return self._indexed(of.name, (*self._at(named), label))

    def _label(self, name: str, key: int | str) -> int | str:
        """The label of a component that is given by its place, where a list has labels."""
        node = self.places.graph.nodes.get(name)
        axes = node.over if isinstance(node, VariableNode) else ()
        lists = [n for n in (self.places.graph.nodes.get(a) for a in axes) if isinstance(n, IndexNode)]
        labels = lists[0].labels if len(lists) == 1 else ()
        if isinstance(key, int) and -len(labels) <= key < len(labels):
            return labels[key]
        return key

    # --- functions -----------------------------------------------------------------------------------

    def _call(self, function: str, args: tuple[Expr, ...]) -> Layout:
        inside = joined(tuple(self.formula(arg) for arg in args))
        if function == "sqrt":
            return Root(inside)
        if function == "abs":
            return Fenced(inside, "|", "|")
        word: Layout = Word(_INVERSES.get(function, function))
        if function in _INVERSES:
            word = Script(word, None, Row((_MINUS, Digits("1"))))
        return Row((word, inside if isinstance(inside, Stacked) else Fenced(inside)))

    def _derived(self, expr: Derived) -> tuple[Layout, int]:
        each, every = self.formula(expr.of, _PRODUCT), replace(self, bare=True).formula(expr.of)
        match expr.function:
            case "standardize":
                spread = Row((Word("sd"), Fenced(every)))
                return Fraction(Row((each, _MINUS, Barred(every))), spread), _PRODUCT
            case "center":
                return Row((each, _MINUS, Barred(every))), _SUM
            case "mean":
                index = () if expr.over is None else (self.places.reached(expr.over, self.domain),)
                return Script(Barred(every), joined(index)) if index else Barred(every), _POWER + 1
        degree = () if expr.degree is None else (number(expr.degree),)
        return Row((Word(expr.function), Fenced(joined((self.formula(expr.of), *degree))))), _POWER

    # --- covariates ----------------------------------------------------------------------------------

    def covariate(self, term: CovariateTerm) -> Layout:
        """A covariate of a set: the product of its factors, 1 without any."""
        if not term.factors:
            return number(1)
        found: list[Layout] = []
        for factor in term.factors:
            found += [_DOT] if found else []
            found.append(self._factor(factor))
        return Row(tuple(found)) if len(found) > 1 else found[0]

    def _factor(self, factor: CovariateColumn | Expr) -> Layout:
        if not isinstance(factor, CovariateColumn):
            return self.formula(factor, _PRODUCT)
        column = self.column(factor.name)
        return column if factor.coding is None else Row((Word(factor.coding), Fenced(column)))


def number(value: float) -> Layout:
    """A number; tiny and huge ones times a power of ten.

    Examples
    --------
    >>> number(0.5), number(-2.5e-7)
    (Digits(text='0.5', power=None), Row(parts=(Sign(character='−'), Digits(text='2.5', power=-7))))
    """
    if value < 0:
        return Row((_MINUS, number(-value)))
    digits, exponent, power = number_text(value).partition("e")
    return Digits(digits, int(power)) if exponent else Digits(digits)


def _binds(value: float) -> int:
    """How tightly a number binds: one with a sign, or times a power of ten, is no single thing."""
    if value < 0:
        return _NEGATIVE
    return _PRODUCT if "e" in number_text(value) else _POWER + 1


def _rewritten(function: str, arg: Expr) -> Expr | None:
    """What mathematics writes with signs; None for other functions."""
    match function:
        case "log1p":
            return Call("log", (Op("+", (Number(1), arg)),))
        case "expm1":
            return Op("-", (Call("exp", (arg,)), Number(1)))
        case "square":
            return Op("**", (arg, Number(2)))
    return None


def _begins_with_minus(expr: Expr) -> bool:
    match expr:
        case Number(value=value):
            return value < 0
        case Op(symbol="neg"):
            return True
        case Op(symbol="+" | "-" | "*", args=(left, _)):
            return _begins_with_minus(left)
    return False


def _begins(expr: Expr) -> bool:
    """Whether a factor may follow another without a dot between them: not where it begins with a digit."""
    match expr:
        case Number():
            return False
        case Op(symbol="*" | "**", args=(left, _)):
            return _begins(left)
    return True


def _is_short(expr: Expr) -> bool:
    """Whether a factor is of single letters, numbers and what has parentheses, not of words."""
    match expr:
        case Ref(name=name) | At(name=name) | Column(name=name):
            return symbol_of(name).is_letter
        case Component(of=of):
            return symbol_of(of.name).is_letter
        case Dot(coefficients=coefficients, covariates=covariates):
            return _is_short(coefficients) and symbol_of(covariates).is_letter
        case Op(symbol="*", args=args):
            return all(map(_is_short, args))
        case Op(symbol="**", args=(base, _)):
            return _is_short(base)
    return True
