"""The right side of a formula as terms: R's algebra of ``+ - * : / ^``, and the bars of lme4 and brms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from stanlevels.formulas.syntax import Call, Name, Number, Operation, Syntax, Text, bare, formula_text
from stanlevels.formulas.tokens import misread

__all__ = ["Bar", "Design", "Term", "expand", "term_text"]

Term: TypeAlias = tuple[Syntax, ...]
"""A product of factors; the empty one is the intercept."""

_INTERCEPT: Term = ()
_OFFSET = "offset"


@dataclass(frozen=True)
class Design:
    """What a right side adds up.

    Attributes
    ----------
    intercept : bool
    terms : tuple of Term
        Products, those of fewer factors first.
    bars : tuple of Bar
        Effects of groups.
    offsets : tuple of Syntax
        What is added without a coefficient.
    absorbed : bool
        Whether something else, as thresholds, holds the intercept.
    """

    intercept: bool
    terms: tuple[Term, ...]
    bars: tuple[Bar, ...] = ()
    offsets: tuple[Syntax, ...] = ()
    absorbed: bool = False


@dataclass(frozen=True)
class Bar:
    """Effects of the units of a group: ``(1 + x | g)``.

    Attributes
    ----------
    design : Design
        What varies, without bars of its own.
    group : Term
        The group, of several factors where it is a combination of groups.
    nested : bool
        Whether the group was written with ``/``, and lies in that of the bar before it.
    correlated : bool
    key : str
        brms's ID of effects that are correlated with those of other formulas; "" without one.
    structure : str
        glmmTMB's name of a covariance other than any, such as "ar1"; "" without one.
    """

    design: Design
    group: Term
    nested: bool
    correlated: bool
    key: str
    at: int = field(default=0, compare=False)
    structure: str = ""


@dataclass
class _Found:
    terms: list[Term] = field(default_factory=list)
    intercept: bool | None = None
    bars: list[Bar] = field(default_factory=list)
    offsets: list[Syntax] = field(default_factory=list)

    @property
    def products(self) -> list[Term]:
        return ([_INTERCEPT] if self.intercept else []) + self.terms


def expand(syntax: Syntax, text: str, others: Sequence[str] | None = None) -> Design:
    """The terms of a right side.

    Parameters
    ----------
    syntax : Syntax
    text : str
        The formula, for errors that show a place of it.
    others : sequence of str, optional
        The columns that ``.`` stands for; None where there are no data.

    Raises
    ------
    DeclarationError
        Where a sign cannot stand as it does.

    Examples
    --------
    >>> from stanlevels.formulas.parse import parse
    >>> design = expand(parse("a * b - a + (1 | g / h)"), "")
    >>> [term_text(term) for term in design.terms], [term_text(bar.group) for bar in design.bars]
    (['b', 'a:b'], ['g', 'g:h'])
    """
    return _Algebra(text, others).design(syntax)


def term_text(term: Term) -> str:
    """A term as R calls it.

    Examples
    --------
    >>> term_text((Name("a"), Name("b"))), term_text(())
    ('a:b', '1')
    """
    return ":".join(map(formula_text, term)) or "1"


class _Algebra:
    def __init__(self, text: str, others: Sequence[str] | None) -> None:
        self.text = text
        self.others = others

    def design(self, syntax: Syntax) -> Design:
        found = self.found(syntax)
        terms = tuple(sorted(found.terms, key=len))
        return Design(found.intercept is not False, terms, tuple(found.bars), tuple(found.offsets))

    def found(self, syntax: Syntax) -> _Found:
        match syntax:
            case Number(value=value):
                if value not in (0, 1):
                    raise self.error(f"the number {syntax.text} stands as a term", syntax, "1, 0, or I(...)")
                return _Found(intercept=bool(value))
            case Name(name="Intercept") if "Intercept" not in (self.others or ()):  # brms's 0 + Intercept
                return _Found(intercept=True)
            case Call(function="s", arguments=(("", Name() as group), ("bs", Text(text="re")))):
                return _Found(bars=[Bar(Design(True, ()), (group,), False, True, "", syntax.at)])
            case Name(name="."):
                return _Found([(Name(name, syntax.at),) for name in self.dot(syntax)])
            case Call(function=name, arguments=((_, value),)) if name == _OFFSET:
                return _Found(offsets=[value])
            case Call(function="us" | "diag" as name, arguments=((_, Operation(symbol="|") as bar),)):
                return _Found(bars=self.bars(replace(bar, symbol="||") if name == "diag" else bar))
            case Call(function=name, arguments=((_, Operation(symbol="|") as bar), *_)):  # of glmmTMB
                return _Found(bars=[replace(each, structure=name) for each in self.bars(bar)])
            case Operation():
                return self.operation(syntax)
        return _Found([(syntax,)])

    def operation(self, syntax: Operation) -> _Found:
        inner = bare(syntax)
        match syntax.symbol, syntax.operands:
            case "(", _ if isinstance(inner, Operation) and inner.symbol in ("|", "||"):
                return _Found(bars=self.bars(inner))
            case "(", (only,):
                return self.found(only)
            case "+" | "-" as sign, (only,):
                return self.found(only) if sign == "+" else self.without(_Found(), only)
            case "+", (left, right):
                return _joined(self.found(left), self.found(right))
            case "-", (left, right):
                return self.without(self.found(left), right)
            case "*", (left, right):
                a, b = self.terms_of(left), self.terms_of(right)
                return _Found(_distinct([*a, *b, *_products(a, b)]))
            case ":" | "%in%", (left, right):
                return _Found(_distinct(_products(self.terms_of(left), self.terms_of(right))))
            case "/", (left, right):
                a, b = self.terms_of(left), self.terms_of(right)
                return _Found(_distinct([*a, *_products([_product(a)], b)]))
            case "^", (left, right):
                return self.power(left, right)
            case "|" | "||", _:
                raise self.error(
                    f"a formula has {syntax.symbol} without parentheses around it",
                    syntax,
                    "effects of a group in parentheses: (1 + x | g)",
                )
        raise self.error(
            f"a formula has {syntax.symbol} between terms", syntax, "+ - * / : or ^ between terms"
        )

    def without(self, found: _Found, removed: Syntax) -> _Found:
        gone = self.found(removed)
        if gone.intercept is not None:
            found.intercept = not gone.intercept
        if gone.bars or gone.offsets:
            raise self.error("a formula takes away what is no term", removed, "- before a term")
        away = {frozenset(term) for term in gone.terms}
        return _Found(
            [t for t in found.terms if frozenset(t) not in away], found.intercept, found.bars, found.offsets
        )

    def power(self, left: Syntax, right: Syntax) -> _Found:
        base = self.terms_of(left)
        most = right.value if isinstance(right := bare(right), Number) else 0
        if most < 1 or most != int(most):
            raise self.error("^ of terms has no whole number", right, "a number, as in (a + b)^2, or I(x^2)")
        terms = base
        for _ in range(int(most) - 1):
            terms = _distinct([*terms, *_products(terms, base)])
        return _Found(terms)

    def terms_of(self, syntax: Syntax) -> list[Term]:
        found = self.found(syntax)
        if found.bars or found.offsets:
            what = "effects of a group" if found.bars else "an offset"
            raise self.error(f"a formula multiplies {what}", syntax, f"{what} between + signs")
        return found.products

    def bars(self, syntax: Operation) -> list[Bar]:
        left, right = syntax.operands
        key = ""
        if isinstance(left, Operation) and left.symbol == "|":
            left, middle = left.operands
            key = formula_text(middle)
        design = self.design(left)
        if design.bars or design.offsets:
            raise self.error("effects of a group hold others", syntax, "terms before the |")
        groups = _groups(right, self.terms_of)
        correlated = syntax.symbol == "|"
        return [Bar(design, group, nested, correlated, key, syntax.at) for group, nested in groups]

    def dot(self, syntax: Name) -> Sequence[str]:
        if self.others is None:
            raise self.error(
                "a formula has . and there are no data", syntax, "data beside it: formula(text, df)"
            )
        return self.others

    def error(self, found: str, syntax: Syntax, expected: str) -> Exception:
        return misread(found, self.text, syntax.at, expected=expected)


def _groups(syntax: Syntax, terms_of: Callable[[Syntax], list[Term]]) -> list[tuple[Term, bool]]:
    """Groups, and whether each lies in the one before."""
    syntax = bare(syntax)
    if isinstance(syntax, Operation) and syntax.symbol == "/":
        outer = _groups(syntax.operands[0], terms_of)
        around = outer[-1][0]
        return [*outer, *((_product([around, inner]), True) for inner in terms_of(syntax.operands[1]))]
    return [(term, False) for term in terms_of(syntax)]


def _joined(a: _Found, b: _Found) -> _Found:
    intercept = a.intercept if b.intercept is None else b.intercept
    return _Found(_distinct([*a.terms, *b.terms]), intercept, [*a.bars, *b.bars], [*a.offsets, *b.offsets])


def _products(left: list[Term], right: list[Term]) -> list[Term]:
    return [_product([a, b]) for a in left for b in right]


def _product(terms: list[Term]) -> Term:
    return tuple(dict.fromkeys(factor for term in terms for factor in term))


def _distinct(terms: list[Term]) -> list[Term]:
    """Each term once, in whatever order its factors are, and none of no factors."""
    return list({frozenset(term): term for term in reversed(terms) if term}.values())[::-1]
