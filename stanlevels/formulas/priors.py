"""Priors as brms writes them, ``prior(normal(0, 5), class = b, coef = x)``, for the lines they are of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from stanlevels.distributions.foreign_priors import foreign_prior, foreign_prior_names
from stanlevels.errors import DeclarationError
from stanlevels.formulas.expressions import expression_text
from stanlevels.formulas.parse import parse
from stanlevels.formulas.syntax import Call, Name, Number, Operation, Syntax, Text, formula_text
from stanlevels.formulas.tokens import misread
from stanlevels.language.call_help import BOUNDS, clauses_of
from stanlevels.language.messages.describe import describe
from stanlevels.words import closest

__all__ = ["COEFFICIENTS", "INTERCEPT", "Prior", "Priors", "read_priors"]

_FUNCTIONS = ("prior", "set_prior", "prior_", "prior_string")
_ARGUMENTS = ("prior", "class", "coef", "group", "resp", "dpar", "nlpar", "lb", "ub")
COEFFICIENTS, INTERCEPT = "b", "Intercept"
_FLAT = ("", "flat")
_CONSTANT = "constant"


@dataclass
class Prior:
    """One prior, and what it is of.

    Attributes
    ----------
    distribution : Call or Number
        A number where the parameter is known.
    kind : str
        brms's class: "b", "Intercept", "sd", "cor", or a parameter of the family.
    coef, group : str
    of : str
        What names of the lines end with, as ``"_sigma"``: of a further parameter, or an outcome.
    text : str
        The formula, or the text that it stands in, for errors.
    lower, upper : Syntax, optional
    """

    distribution: Call | Number
    kind: str
    coef: str
    group: str
    of: str
    text: str
    lower: Syntax | None = None
    upper: Syntax | None = None
    used: bool = False

    @property
    def said(self) -> str:
        """It as brms writes it."""
        more = {"class": self.kind, "coef": self.coef, "group": self.group, "dpar": self.of.strip("_")}
        given = ", ".join(f"{name} = {value}" for name, value in more.items() if value)
        known = isinstance(self.distribution, Number)
        said = formula_text(self.distribution)
        return f"prior({f'{_CONSTANT}({said})' if known else said}, {given})"

    def line(self, over: str = "", *, positive: bool = False, ordered: bool = False) -> str:
        """The text of its line.

        Parameters
        ----------
        over : str
            What it has values for.
        positive : bool
            Whether they cannot be negative.
        ordered : bool
        """
        self.used = True
        more = [*([f"over={over}"] if over else []), *(["ordered=True"] if ordered else [])]
        if isinstance(self.distribution, Number):
            if over:
                raise DeclarationError(
                    f"{self.said} is of several numbers, which one number makes known",
                    expected="a number for each: coef = x beside class = b",
                    way_out=f"prior(constant({self.number}), class = {self.kind}, coef = x) for each of them",
                )
            return f"sl.Constant({', '.join([self.number, *more])})"
        arguments = [expression_text(value, self.text) for value in self.distribution.plain]
        bounds = self._bounds(arguments, positive=positive)
        half = foreign_prior(self.distribution.function, half=True)
        if bounds == ["lower=0"] and half is not None and arguments[-2:-1] == ["0"]:
            return f"sl.{half.name}({', '.join([*arguments[:-2], arguments[-1], *more])})"
        row = foreign_prior(self.distribution.function)
        if row is None:
            raise self._no_row()
        if not set(BOUNDS) & set(clauses_of(row)):  # one between its arguments, which brms asks to repeat
            bounds = [bound for bound in bounds if bound.partition("=")[2] not in arguments]
        least = row.parameterizations[0].numbers.support.lower
        bounds = [] if bounds == ["lower=0"] and least == 0 else bounds
        return f"sl.{row.name}({', '.join([*arguments, *bounds, *more])})"

    @property
    def number(self) -> str:
        """The number that it is known to be; "" where it is a distribution."""
        if not isinstance(self.distribution, Number):
            return ""
        self.used = True
        return expression_text(self.distribution, self.text)

    def is_normal(self) -> bool:
        """Whether it is normal without bounds: a mean and a standard deviation say it."""
        row = foreign_prior(self.distribution.function) if isinstance(self.distribution, Call) else None
        return row is not None and row.is_normal and self.lower is None and self.upper is None

    def mean_and_sd(self) -> tuple[str, str]:
        """The arguments of one that is normal."""
        self.used = True
        assert isinstance(self.distribution, Call)
        mean, sd = (expression_text(value, self.text) for value in self.distribution.plain)
        return mean, sd

    def _bounds(self, arguments: Sequence[str], *, positive: bool) -> list[str]:
        given = {"lower": self.lower, "upper": self.upper}
        said = [
            f"{name}={expression_text(value, self.text)}"
            for name, value in given.items()
            if value is not None and formula_text(value) not in ("NA", "-Inf", "Inf")
        ]
        return said or (["lower=0"] if positive else [])

    def _no_row(self) -> DeclarationError:
        name = getattr(self.distribution, "function", "")
        return DeclarationError(
            f"{self.said} has the distribution {name!r}",
            expected=closest(name, foreign_prior_names()),
            way_out="give the line a prior in a class that inherits: class Mine(M): b = ...",
        )


@dataclass
class Priors:
    """All that were given."""

    every: list[Prior] = field(default_factory=list)

    def find(self, kind: str, of: str = "", *, coef: str = "", group: str = "") -> Prior | None:
        """The most specific one of a class; None where there is none."""
        found = [
            prior
            for prior in self.every
            if prior.kind == kind
            and prior.of in (of, f"_mu{of[1:]}")
            and prior.coef in ("", coef)
            and prior.group in ("", group)
        ]
        return max(found, key=lambda prior: (bool(prior.coef), bool(prior.group)), default=None)

    def of_coefficients(self, of: str) -> list[Prior]:
        """Those of single coefficients."""
        return [prior for prior in self.every if prior.kind == COEFFICIENTS and prior.of == of and prior.coef]

    def check(self) -> None:
        """Raise DeclarationError for one that is of nothing in the formula."""
        for prior in self.every:
            if not prior.used:
                raise DeclarationError(
                    f"{prior.said} is of nothing in the formula that has a line of its own here",
                    expected="class b, with or without coef; Intercept; sd, with or without group; cor; or a"
                    " parameter of the family",
                    way_out="give the line a prior in a class that inherits: class Mine(M): ...",
                )


def read_priors(given: Any, text: str, syntax: Syntax | None = None) -> Priors:
    """The priors of an argument, texts as brms writes them, and of a call that was pasted.

    Raises
    ------
    DeclarationError
        If they cannot be read.
    """
    texts = [given] if isinstance(given, str) else list(given) if isinstance(given, list | tuple) else None
    if given is not None and (texts is None or not all(isinstance(each, str) for each in texts)):
        raise DeclarationError(
            f"prior= of sl.formula is {describe(given)}",
            expected="a text as in brms, 'prior(normal(0, 5), class = b)', or a list of them",
            way_out="a distribution of this language is said by the name of its line:"
            " class Mine(sl.formula(...)): by_g_sd = sl.HalfNormal(1)",
        )
    found = _priors(syntax, text) if syntax is not None else []
    for each in texts or []:
        if not each.strip():
            raise DeclarationError(
                f"prior= of sl.formula is {describe(given)}",
                expected="a text as in brms, 'prior(normal(0, 5), class = b)', or a list of them",
                way_out="leave prior= out for default priors",
            )
        found += _priors(parse(each), each)
    return Priors(found)


def _priors(syntax: Syntax, text: str) -> list[Prior]:
    match syntax:
        case Operation(symbol="+", operands=(left, right)):
            return [*_priors(left, text), *_priors(right, text)]
        case Call(function="c", arguments=arguments):
            return [prior for _, value in arguments for prior in _priors(value, text)]
        case Call(function=function) if function in _FUNCTIONS:
            return _prior(syntax, text)
    raise misread(
        f"{formula_text(syntax)} is no prior",
        text,
        syntax.at,
        expected="prior(normal(0, 5), class = b, coef = x), or several with + or c(...)",
    )


def _prior(call: Call, text: str) -> list[Prior]:
    given = dict(zip(_ARGUMENTS, call.plain, strict=False))
    for name, value in call.arguments:
        if name and name not in _ARGUMENTS:
            expected = f"one of {', '.join(_ARGUMENTS[1:])}"
            raise misread(f"a prior has {name} = {formula_text(value)}", text, value.at, expected=expected)
        given |= {name: value} if name else {}
    said = given.get("prior")
    if isinstance(said, Text):
        if said.text.strip() in _FLAT:
            return []
        said = parse(said.text)
    if isinstance(said, Name) and said.name in _FLAT:
        return []
    if isinstance(said, Call) and said.function == _CONSTANT and said.plain:
        said = _as_number(said.plain[0], text)
    if not isinstance(said, Call | Number):
        raise misread("a prior has no distribution", text, call.at, expected="prior(normal(0, 5), class = b)")
    words = {name: _word(given[name]) if name in given else "" for name in _ARGUMENTS[1:-2]}
    of = "".join(f"_{word}" for word in (words["dpar"] or words["nlpar"], words["resp"]) if word)
    kind = words["class"] or COEFFICIENTS
    bounds = given.get("lb"), given.get("ub")
    prior = Prior(said, kind, words["coef"], words["group"], of, text, *bounds)
    if isinstance(said, Call) and foreign_prior(said.function) is None:
        raise prior._no_row()
    return [prior]


def _as_number(value: Syntax, text: str) -> Number:
    """What a constant is; below 0 with its sign."""
    match value:
        case Number():
            return value
        case Operation(symbol="-", operands=(Number() as number,)):
            return Number(f"-{number.text}", value.at)
    raise misread(f"constant({formula_text(value)}) is no number", text, value.at, expected="constant(1)")


def _word(syntax: Syntax) -> str:
    return syntax.text if isinstance(syntax, Text) else formula_text(syntax)
