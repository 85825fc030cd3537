"""What the left side of a formula says, and its family."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from stanlevels.distributions.foreign import REFUSED, Foreign, foreign, foreign_names
from stanlevels.errors import DeclarationError
from stanlevels.formulas.expressions import as_column
from stanlevels.formulas.syntax import ITEM, Call, Name, Number, Operation, Syntax, Text, bare, formula_text
from stanlevels.formulas.tokens import misread
from stanlevels.words import closest

__all__ = ["OF_EVENTS", "Chosen", "Outcome", "chosen", "outcome_of", "with_zeros"]

_TERMS: Mapping[str, tuple[str, ...]] = {
    "trials": (),
    "cens": ("y2",),
    "trunc": ("lb", "ub"),
    "weights": ("scale",),
    "se": ("sigma",),
    "mi": (),
    "dec": (),
    "rate": (),
    "thres": ("gr",),
}
"""What may stand behind the bar, and the arguments with a name that it has."""
_ELSEWHERE: Mapping[str, str] = {
    **dict.fromkeys(
        ("vint", "vreal"), "sl.Family(...) takes data as arguments: my_family(eta, sl.data('n'))"
    ),
    "subset": "rows without an outcome are left out of its line: df['y'] = df['y'].where(df['rows'])",
    "index": "a level names the rows: mi(x) in its place, or sl.Level() in a class",
    "cat": "thres(3) says how many thresholds there are",
    "bhaz": "the baseline hazard is lines of a class: see the page on survival",
}
"""What brms has there besides, and the way out."""


@dataclass(frozen=True)
class Outcome:
    """What the left side says.

    Attributes
    ----------
    columns : tuple of Name
        The columns of the outcome: several where it was ``mvbind``.
    logged : bool
        Whether the outcome stands in ``log(...)``.
    trials : Syntax, optional
        The number of trials of each row.
    terms : mapping of str to Call
        What stands behind the bar, by its function.
    counts : bool
        Whether the columns count categories, and are one outcome.
    """

    columns: tuple[Name, ...]
    logged: bool = False
    trials: Syntax | None = None
    terms: Mapping[str, Call] = field(default_factory=dict)
    counts: bool = False

    @property
    def lines(self) -> tuple[Name, ...]:
        """The columns that have a line of their own: of counts of categories the first."""
        return self.columns[:1] if self.counts else self.columns


@dataclass(frozen=True)
class Chosen:
    """A family with the link that was asked for."""

    name: str
    family: Foreign
    link: str
    links: Mapping[str, str] = field(default_factory=dict)


OF_EVENTS = (
    "time | cens(censored) ~ x with a family such as weibull; where an event is 1 in the data,"
    " df['censored'] = 1 - df['event']"
)
"""How a survival time is written."""
_CENSORED = "censored"
_OF_BAMBI = {_CENSORED: "cens", "truncated": "trunc", "constrained": "trunc", "weighted": "weights"}
"""What Bambi writes around the outcome, and brms behind it."""


def outcome_of(left: Syntax, formula: str) -> Outcome:
    """Read a left side: a column, ``log(y)``, ``cbind(won, lost)``, ``y | trials(n) + weights(w)``.

    Raises
    ------
    DeclarationError
        If it is something else.
    """
    left, terms = _apart(left, formula)
    trials = terms["trials"].plain[0] if "trials" in terms and terms["trials"].plain else None
    match bare(left):
        case Name() as column:
            return Outcome((column,), trials=trials, terms=terms)
        case Call(function="log", arguments=(("", Name() as column),)):
            return Outcome((column,), True, trials, terms)
        case Call(function=function, arguments=((_, Name() as column), (_, success))) if function == ITEM:
            return _success(column, success, left, formula, terms)
        case Call(function="mvbind", arguments=arguments) if all(isinstance(v, Name) for _, v in arguments):
            return Outcome(tuple(v for _, v in arguments if isinstance(v, Name)), terms=terms)
        case Call(function="cbind", arguments=(("", Name() as won), ("", lost))) if trials is None:
            return Outcome((won,), trials=_total(won, lost, formula), terms=terms)
        case Call(function="cbind", arguments=arguments) if trials and all(
            isinstance(v, Name) for _, v in arguments
        ):
            counts = tuple(v for _, v in arguments if isinstance(v, Name))
            return Outcome(counts, trials=trials, terms=terms, counts=True)
        case Operation(symbol="/", operands=(Name() as won, total)):
            return Outcome((won,), trials=total, terms=terms)
        case Call(function="p" | "prop" | "proportion", arguments=(("", Name() as won), ("", total))):
            return Outcome((won,), trials=total, terms=terms)
        case Call(function=function, arguments=(("", Name() as of), *_)) as call if function in _OF_BAMBI:
            rest = call.arguments[1:]
            swapped = rest[::-1] if function == _CENSORED and len(rest) == 2 else rest  # upper, status
            inside = Call(_OF_BAMBI[function], swapped, call.at)
            _check_term(inside, formula)
            return Outcome((of,), terms={**terms, inside.function: inside})
    raise misread(
        f"the left side of a formula is {formula_text(left)}",
        formula,
        left.at,
        expected="a column, log(column), cbind(won, n - won), mvbind(a, b), or column | trials(n)",
        way_out=OF_EVENTS if isinstance(left, Call) and left.function == "Surv" else as_column(left),
    )


def _apart(left: Syntax, formula: str) -> tuple[Syntax, dict[str, Call]]:
    """What stands before the bar, and the terms behind it by their function."""
    terms: dict[str, Call] = {}
    if isinstance(left, Operation) and left.symbol == "|":
        left, behind = left.operands
        for call in _added(behind):
            if not isinstance(call, Call) or call.function not in _TERMS:
                raise misread(
                    f"the left side of a formula has {formula_text(call)} after |",
                    formula,
                    call.at,
                    expected=f"one of {', '.join(f'{name}(...)' for name in _TERMS)}",
                    way_out=_ELSEWHERE.get(call.function, "") if isinstance(call, Call) else "",
                )
            _check_term(call, formula)
            terms[call.function] = call
    return left, terms


def _success(column: Name, success: Syntax, left: Syntax, formula: str, terms: Mapping[str, Call]) -> Outcome:
    """Bambi's ``y["yes"]``: whether the outcome is a category."""
    if formula_text(success) in ("1", '"1"', "TRUE", "True"):
        return Outcome((column,), terms=terms)
    raise misread(
        f"the outcome is whether {column.name} is {formula_text(success)}",
        formula,
        left.at,
        expected="a column of 0 and 1",
        way_out=f"df['new'] = (df[{column.name!r}] == {_word(success)!r}).astype(int), and write new"
        f" in place of {formula_text(left)}",
    )


def _check_term(call: Call, formula: str) -> None:
    """Whether a term behind the bar has the arguments that it takes."""
    known = _TERMS[call.function]
    for name, value in call.arguments:
        if name == "scale" and formula_text(value) in ("FALSE", "F"):
            continue
        if name == "scale":
            way = "scale the column: df['w'] = df['w'] / df['w'].mean()"
        elif name in ("", *known):
            continue
        else:
            way = ""
        raise misread(
            f"the left side of a formula has {call.function}(..., {name} = {formula_text(value)})",
            formula,
            value.at,
            expected=f"{call.function}({', '.join(['...', *(f'{k} = ...' for k in known if k != 'scale')])})",
            way_out=way,
        )


def _added(syntax: Syntax) -> list[Syntax]:
    if isinstance(syntax, Operation) and syntax.symbol == "+" and len(syntax.operands) == 2:
        return [*_added(syntax.operands[0]), *_added(syntax.operands[1])]
    return [syntax]


def _total(won: Name, lost: Syntax, formula: str) -> Syntax:
    """The number of trials of ``cbind(won, total - won)``."""
    match bare(lost):
        case Operation(symbol="-", operands=(total, minus)) if bare(minus) == won:
            return total
    raise misread(
        f"cbind({won.name}, {formula_text(lost)}) has no column of how many there were",
        formula,
        lost.at,
        expected=f"cbind({won.name}, n - {won.name}), or {won.name} | trials(n)",
        way_out=f"make it a column: df['n'] = df[{won.name!r}] + df[{lost.name!r}], and write"
        f" {won.name} | trials(n)"
        if isinstance(lost := bare(lost), Name)
        else f"make it a column: df['n'] = df[{won.name!r}] + ...",
    )


# --- families --------------------------------------------------------------------------------------------


def chosen(family: Syntax | str, formula: str) -> Chosen:
    """The family of a name such as ``"poisson"``, or of a call such as ``Gamma(link = "log")``.

    Raises
    ------
    DeclarationError
        If there is none.
    """
    call = family if isinstance(family, Call) else None
    name = family if isinstance(family, str) else call.function if call else getattr(family, "name", "")
    if isinstance(family, Text):
        name = family.text
    links: dict[str, str] = {}
    if call is not None and call.function == "brmsfamily" and call.plain:
        name, call = _word(call.plain[0]), Call("", call.arguments[1:], call.at)
    for place, (key, value) in enumerate(call.arguments if call else ()):
        links[key or ("link" if place == 0 else f"argument {place + 1}")] = _word(value)
    found = foreign(name)
    if found is None:
        raise _no_family(name)
    link = links.pop("link", found.link)
    strange = [
        key for key in links if not key.startswith("link_") and key not in ("threshold", "refcat", "theta")
    ]
    if strange:
        raise DeclarationError(
            f"the family {name}(...) is given {strange[0]}", expected="a link, such as link = 'log'"
        )
    return Chosen(name, found, link, {key.removeprefix("link_"): v for key, v in links.items()})


def with_zeros(choice: Chosen) -> Chosen:
    """The family with zeros of their own, which glmmTMB says by a formula alone.

    It is zero-inflated; one that is never 0 stands behind a hurdle.
    """
    base = choice.name.lower()
    plain = base.removeprefix("truncated_")
    name = f"hurdle_{plain}" if plain != base else f"zero_inflated_{base}"
    found = foreign(name)
    return choice if found is None else Chosen(name, found, choice.link, choice.links)


def _word(syntax: Syntax) -> str:
    return syntax.text if isinstance(syntax, Text | Number) else formula_text(syntax)


def _no_family(name: str) -> DeclarationError:
    if name.lower() in REFUSED:
        return DeclarationError(
            f"the family {name!r} is not there", way_out=f"it is not {REFUSED[name.lower()]}"
        )
    return DeclarationError(f"there is no family {name!r}", expected=closest(name, foreign_names()))
