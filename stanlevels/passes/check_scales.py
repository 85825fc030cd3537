"""Scales of latent variables that cutpoints cut: of what is free in both, data tell the ratio alone."""

from __future__ import annotations

from collections.abc import Iterator

from stanlevels.graph import CovariatesNode
from stanlevels.passes.check_numbers import is_known
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.term_text import term_text
from stanlevels.plan.terms import Apply, Linear, Literal, Take, Term, Use, uses
from stanlevels.records import Record, cautioned

__all__ = ["check_scales"]

_SUMS = ("+", "-", "neg")


def check_scales(planned: Planned) -> tuple[Record, ...]:
    """Cautions where an ordered outcome has cutpoints and a scale that are both free.

    Cutpoints, coefficients and scale may then grow together without a change of any probability. Something of
    a known size, such as effects of units with a known standard deviation, holds them in place.

    Parameters
    ----------
    planned : Planned
        As placed, before any pass.
    """
    found = []
    for line in planned.observed.values():
        cut, scale = line.args.get(line.form.cutpoints), line.args.get(line.scale)
        if cut is None or scale is None or is_known(cut, planned) or is_known(scale, planned):
            continue
        free = next(iter(_common(scale, line, planned)), "")
        if free and not _has_a_size(line.args[line.location], line, planned):
            found.append(
                cautioned(
                    line.name,
                    "scale",
                    f"its scale has {free}, the same in all rows, beside free cutpoints",
                    "cutpoints, coefficients and scale may grow together: only priors tell how far",
                    f"leave {free} out: a scale of 1 somewhere, as in scale=sl.exp(b * x)",
                )
            )
    return tuple(found)


def _common(term: Term, line: Line, planned: Planned) -> Iterator[str]:
    """Unknown factors of a scale that are the same in all rows, as texts."""
    match term:
        case Apply(function="exp", args=(inner,)):
            yield from _constant(inner, line, planned)
        case Apply(function="*" | "/", args=args):
            for arg in args:
                yield from _common(arg, line, planned)
        case Use(name=name) if "value" in planned.lines[name].args and not planned.lines[name].is_variable:
            yield from _common(planned.lines[name].args["value"], planned.lines[name], planned)
        case _ if not term.domain and not is_known(term, planned):
            yield term_text(term)


def _constant(term: Term, line: Line, planned: Planned) -> Iterator[str]:
    """Unknown summands of the logarithm of a scale that are."""
    match term:
        case Apply(function=function, args=args) if function in _SUMS:
            for arg in args:
                yield from _constant(arg, line, planned)
        case Linear(use=use, covariates=covariates) if not use.domain:
            node = planned.graph.nodes[covariates]
            if isinstance(node, CovariatesNode) and node.has_intercept:
                yield f"{use.name}[intercept]"
        case Use(name=name) if "value" in planned.lines[name].args and not planned.lines[name].is_variable:
            yield from _constant(planned.lines[name].args["value"], planned.lines[name], planned)
        case _ if not term.domain and not is_known(term, planned):
            yield term_text(term)


def _has_a_size(term: Term, line: Line, planned: Planned) -> bool:
    """Whether a predictor has a known summand, or effects of units with a known standard deviation."""
    match term:
        case Apply(function=function, args=args) if function in _SUMS:
            return any(_has_a_size(arg, line, planned) for arg in args)
        case Literal(value=value) if value == 0:
            return False
        case Use(name=name) if "value" in planned.lines[name].args and not planned.lines[name].is_variable:
            return _has_a_size(planned.lines[name].args["value"], planned.lines[name], planned)
    if is_known(term, planned):
        return True
    return any(_is_scaled(planned.lines[use.name], planned) for use in _uses(term))


def _uses(term: Term) -> Iterator[Use]:
    yield from (term.use,) if isinstance(term, Take | Linear) else uses(term)


def _is_scaled(line: Line, planned: Planned) -> bool:
    scale = line.args.get(line.scale) if line.is_latent and line.domain else None
    return scale is not None and is_known(scale, planned)
