"""What a formula, several, or a call of R such as ``brm(bf(...), ...)`` declares, before any line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from stanlevels.distributions.foreign import OF_FUNCTIONS
from stanlevels.errors import DeclarationError
from stanlevels.formulas.outcomes import OF_EVENTS
from stanlevels.formulas.parse import parse
from stanlevels.formulas.syntax import Call, Name, Number, Operation, Syntax, Text, bare, formula_text
from stanlevels.formulas.tokens import misread
from stanlevels.language.messages.describe import describe

__all__ = ["Declared", "One", "read"]

_BF = ("bf", "brmsformula")
_MORE = ("lf", "nlf")
_FITS = (
    *"brm lmer glmer lm glm glmmTMB bam gam gamm4 stan_glm stan_lm stan_lmer stan_glmer bmb.Model".split(),
    *OF_FUNCTIONS,
)
_TRUE = ("TRUE", "T", "True")
_LINKS = {"polr": "method", "stan_polr": "method", "clm": "link", "clmm": "link", "betareg": "link"}
_SURVIVAL = ("survreg", "coxph", "flexsurvreg", "phreg")


@dataclass(frozen=True)
class One:
    """One outcome: its formula, those of its other parameters, and its family.

    Attributes
    ----------
    left, right : Syntax
    others : tuple of (str, Syntax)
        By parameter a formula of one side, or a number.
    nonlinear : bool
        Whether the right side is an expression of parameters, and not a sum of terms.
    computed : frozenset of str
        The parameters whose right side is such an expression.
    family : Syntax or str, optional
        What it was given itself.
    """

    left: Syntax
    right: Syntax
    others: tuple[tuple[str, Syntax], ...] = ()
    nonlinear: bool = False
    computed: frozenset[str] = frozenset()
    family: Syntax | str | None = None


@dataclass(frozen=True)
class Declared:
    """Everything that was given: the text, its outcomes, whether their residuals are correlated, priors."""

    text: str
    outcomes: tuple[One, ...] = ()
    correlated: bool = False
    priors: Syntax | None = None


def read(given: str | Sequence[str]) -> Declared:
    """The outcomes of a text, or of a list of formulas whose first is an outcome's.

    Raises
    ------
    DeclarationError
        If it is no formula, or says what belongs elsewhere.
    """
    texts = [given] if isinstance(given, str) else list(given) if isinstance(given, list | tuple) else []
    if not texts or not all(isinstance(text, str) for text in texts):
        raise DeclarationError(
            f"sl.formula is given {describe(given)}",
            expected='a formula as text, such as "y ~ x + (1 | g)", or a list of them',
        )
    text = "\n".join(part.strip() for part in texts)
    start, found = 0, Declared(text)
    for part in map(str.strip, texts):
        end = start + len(part)
        found = _Reader(text).add(found, parse(text, start, end))
        start = end + 1
    if not found.outcomes:
        raise misread("there is no formula of an outcome", text, 0, expected="y ~ x + (1 | g)")
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text

    def add(self, found: Declared, syntax: Syntax) -> Declared:
        """What was found so far, and what a further part says."""
        match syntax:
            case Operation(symbol="+", operands=(left, right)):
                return self.add(self.add(found, left), right)
            case Operation(symbol="~", operands=(left, right)):
                return self.formula(found, left, right)
            case Call(function=function) if function in _BF:
                return replace(found, outcomes=(*found.outcomes, self.bf(syntax)))
            case Call(function="mvbf", arguments=arguments):
                for _, value in arguments:
                    found = self.add(found, value)
                return found
            case Call(function="set_rescor", arguments=((_, Name(name=name)),)):
                return replace(found, correlated=name in _TRUE)
            case Call(function="set_nl", arguments=()) if found.outcomes:
                *before, last = found.outcomes
                return replace(found, outcomes=(*before, replace(last, nonlinear=True)))
            case Call(function=function) if function in _MORE:
                return self.more(found, syntax)
            case Call(function=function) if function in _FITS:
                return self.call(found, syntax)
        survival = isinstance(syntax, Call) and syntax.function in _SURVIVAL
        raise misread(
            f"{formula_text(syntax)} is no formula",
            self.text,
            syntax.at,
            expected='such as "y ~ x + (1 | g)"',
            way_out=OF_EVENTS if survival else "",
        )

    def formula(self, found: Declared, left: Syntax, right: Syntax) -> Declared:
        """A formula of an outcome; after one, of a parameter where its left side is a name of one."""
        names = _names(left)
        if found.outcomes and names:
            last = found.outcomes[-1]
            more = tuple((name, one_sided(right)) for name in names)
            return replace(found, outcomes=(*found.outcomes[:-1], replace(last, others=last.others + more)))
        return replace(found, outcomes=(*found.outcomes, One(left, right)))

    def bf(self, call: Call) -> One:
        first, *rest = call.arguments or (("", call),)
        main = first[1]
        if not (isinstance(main, Operation) and main.symbol == "~" and len(main.operands) == 2):
            raise misread(
                "bf(...) does not begin with y ~ ...", self.text, call.at, expected="bf(y ~ x, sigma ~ z)"
            )
        one = One(*main.operands)
        for name, value in rest:
            one = self.given(one, name, value)
        return one

    def given(self, one: One, name: str, value: Syntax) -> One:
        """A further argument of ``bf``."""
        match name, value:
            case "nl", Name(name=said):
                return replace(one, nonlinear=said in _TRUE)
            case "family", _:
                return replace(one, family=value)
            case (("center" | "cmc" | "loop" | "decomp"), _):
                return one  # how brms computes, which no model depends on
            case "", Operation(symbol="~", operands=(left, right)):
                return replace(
                    one, others=one.others + tuple((n, one_sided(right)) for n in self.names(left))
                )
            case "", Call(function=function) if function in _MORE:
                return self.with_more(one, value)
            case _, Number():
                return replace(one, others=(*one.others, (name, value)))
            case _, Operation(symbol="~", operands=(_,)) if name:
                return replace(one, others=(*one.others, (name, value)))
        raise misread(
            f"bf(...) has {name + ' = ' if name else ''}{formula_text(value)}",
            self.text,
            value.at,
            expected="formulas of parameters, sigma ~ z, or numbers, sigma = 1",
        )

    def more(self, found: Declared, call: Call) -> Declared:
        if not found.outcomes:
            raise misread(f"{call.function}(...) stands before bf(...)", self.text, call.at)
        *before, last = found.outcomes
        return replace(found, outcomes=(*before, self.with_more(last, call)))

    def with_more(self, one: One, call: Call) -> One:
        computed = set[str]()
        for name, value in call.arguments:
            one = self.given(one, name, value)
            if call.function == "nlf" and isinstance(value, Operation) and len(value.operands) == 2:
                computed |= set(self.names(value.operands[0]))
        return replace(one, computed=one.computed | computed)

    def names(self, left: Syntax) -> list[str]:
        if names := _names(left):
            return names
        raise misread(
            f"{formula_text(left)} stands where a parameter is due", self.text, left.at, expected="sigma ~ z"
        )

    def call(self, found: Declared, call: Call) -> Declared:
        """A fit of R, such as ``glmer(y ~ x + (1 | g), df, binomial)``."""
        plain = list(call.plain)
        named = {name: value for name, value in call.arguments if name}
        formula = named.pop("formula", None) or (plain.pop(0) if plain else None)
        if formula is None:
            raise misread(f"{call.function}(...) has no formula", self.text, call.at)
        if "data" not in named and plain:
            plain.pop(0)
        named.pop("data", None)
        if plain and "family" not in named:
            named["family"] = plain.pop(0)
        zero = named.pop("ziformula", None) or named.pop("zi", None)
        spread = named.pop("dispformula", None) or named.pop("disp", None)
        family: Syntax | str | None = named.pop("family", None) or OF_FUNCTIONS.get(call.function)
        if isinstance(family, str) and (link := _link_of(call.function, named)) is not None:
            family = Call(family, (("link", link),), call.at)
        priors = named.pop("prior", None) if call.function == "brm" else None
        found = replace(found, priors=priors or found.priors)
        named.pop("REML", None) if call.function in ("lmer", "glmmTMB") else None
        if plain or named:
            other = next(iter(named), "") or formula_text(plain[0])
            raise misread(
                f"{call.function}(...) is given {other}",
                self.text,
                call.at,
                expected="the formula, the data and the family",
                way_out="priors are arguments of the lines of the class, settings those of M.fit(df, ...);"
                " leave them out",
            )
        found = self.add(found, parse(formula.text) if isinstance(formula, Text) else formula)
        *before, last = found.outcomes
        last = replace(last, family=last.family or family)
        for name, value in (("zi", zero), ("dispersion", spread)):
            if value is not None:
                last = self.given(last, name, value)
        return replace(found, outcomes=(*before, last))


def _link_of(function: str, named: dict[str, Syntax]) -> Syntax | None:
    """The link that a function of R with one family calls something else."""
    name = _LINKS.get(function, "")
    link = named.pop(name, None)
    if isinstance(link, Text) and link.text.startswith("logis"):  # R takes any beginning of the word
        return Text("logit", link.at)
    return link


def one_sided(right: Syntax) -> Operation:
    """A right side as a formula of its own."""
    return Operation("~", (right,), right.at)


def _names(left: Syntax) -> list[str]:
    """The names of a sum of them: ``b1 + b2``; none where it is anything else."""
    left = bare(left)
    match left:
        case Name(name=name):
            return [name]
        case Operation(symbol="+", operands=(first, second)):
            one, other = _names(first), _names(second)
            return one + other if one and other else []
    return []
