"""Arguments against their supports: refuse what can certainly lie outside."""

from __future__ import annotations

from math import inf

from stanlevels.distributions.functions import OPERATORS
from stanlevels.distributions.supports import Support
from stanlevels.errors import DeclarationError, listing
from stanlevels.graph import ExpressionNode, VariableNode
from stanlevels.passes.check_numbers import is_known
from stanlevels.passes.ranges import Range, range_of
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.term_text import source_text, term_text
from stanlevels.plan.terms import Apply, Known, Linear, Literal, Setting, Take, Term, Use, walk

__all__ = ["check_support"]


def check_support(line: Line, name: str, wanted: Support, term: Term, planned: Planned, facts: Facts) -> None:
    """Refuse numbers outside, and quantities or expressions that can lie outside.

    A sum or a product is refused only where a coefficient without bounds carries it anywhere: whether
    others stay inside is the business of their priors. Data are looked at elsewhere.

    Raises
    ------
    DeclarationError
        With the expression, and what would be right in its place.
    """
    where = f"{name} of {line.name!r}"
    if isinstance(term, Setting | Literal):
        values = term.values if isinstance(term, Setting) else (term.value,)
        bad = [v for v in values if not wanted.contains_all_of(Support("", v, v, integer=v == int(v)))]
        if bad:
            raise DeclarationError(f"{where} is {listing(bad)}", expected=wanted.words)
        return
    if not wanted.constrained or (is_known(term, planned) and _reads_data(term, planned)):
        return
    found = range_of(term, line.domain, planned, facts)
    if found.within(wanted.lower, wanted.upper):  # boundaries are forgiven: they have probability 0
        return
    if not (found.free if _is_arithmetic(term, planned) else found.is_exact):
        return
    text = term_text(term)
    raise DeclarationError(
        f"{where} must be {wanted.words}, and is given {_quoted(term, text)}, which can be"
        f" {_words(term, found, planned)}",
        expected=wanted.words,
        way_out=_remedy(line, name, wanted, term, source_text(term)),
    )


def _reads_data(term: Term, planned: Planned) -> bool:
    """Whether a column is in a term, also under a name."""
    return any(
        isinstance(inner, Known | Linear)
        or (
            isinstance(inner, Use)
            and any(_reads_data(value, planned) for value in planned.lines[inner.name].args.values())
        )
        for inner in walk(term)
    )


def _is_arithmetic(term: Term, planned: Planned) -> bool:
    """Whether a term is a sum, a product or the like, also under a name."""
    while isinstance(term, Use) and isinstance(planned.graph[term.name], ExpressionNode):
        term = planned.lines[term.name].args["value"]
    return isinstance(term, Linear) or (isinstance(term, Apply) and term.function in (*OPERATORS, "dot"))


def _quoted(term: Term, text: str) -> str:
    return repr(term.name) if isinstance(term, Use) else text


def _words(term: Term, found: Range, planned: Planned) -> str:
    """What a term can be: a quantity's own words, else its range."""
    use = term.use if isinstance(term, Take) else term
    if isinstance(use, Use) and isinstance(planned.graph[use.name], VariableNode):
        family = planned.lines[use.name].family
        if not family.bounds:
            return family.support.words
    low, high = float(found.low.min()), float(found.high.max())
    if (low, high) == (-inf, inf):
        return "any real number"
    if (low, high) == (0, inf):
        return "a positive number"
    if low == -inf or high == inf:
        return f"anything {f'up to {high:g}' if low == -inf else f'from {low:g}'}"
    return f"{low:g}" if low == high else f"anything from {low:g} to {high:g}"


def _remedy(line: Line, name: str, wanted: Support, term: Term, text: str) -> str:
    """The line to write, with the person's own expression."""
    bounded = wanted.upper < inf
    insist = f"sl.inv_logit(sl.logit({text}))" if bounded else f"sl.exp(sl.log({text}))"
    if isinstance(term, Apply) and term.function not in OPERATORS and bounded:
        return (
            f"give it what keeps it between {wanted.lower:g} and {wanted.upper:g} (signs of quantities and"
            f" data are heeded), or insist: {insist} is never outside"
        )
    linked = _linked(line, name, text)
    if linked and not wanted.integer:
        computed = isinstance(term, Apply | Linear)
        return f"write {linked}" + (f", or insist with {insist}: values outside have no density" * computed)
    if bounded:
        return f"use its inverse logit, sl.inv_logit({text})"
    return f"use its exponential, sl.exp({text}), or a positive distribution such as HalfNormal"


def _linked(line: Line, name: str, text: str) -> str:
    """The call with the predictor behind its link, and what stays as it is; "" where there is none.

    What is not the location itself has a link of the mean.
    """
    forms = [f for f in line.family.parameterizations if f.key in ("logit", "log")]
    form = next((f for f in forms if name not in {p.name for p in f.parameters}), None)
    if form is None or line.parameter(name).kind == "scale":
        return ""
    given = {arg: source_text(term) for arg, term in line.args.items() if _is_told(term)}
    rest = [f"{p.name}={given.get(p.name, '...')}" for p in form.parameters if p.name != form.key]
    trials = [part for part in rest if part.startswith(f"{form.trials}=")]
    others = [part for part in rest if part not in trials]
    call = f"sl.{line.family.name}({', '.join([*trials, f'{form.key}={text}', *others])})"
    mean = line.parameter(name).kind != "location"
    return f"{call}, where {form.key}= is the {form.key} of the mean" if mean else call


def _is_told(term: Term) -> bool:
    return not isinstance(term, Setting) or bool(term.values)
