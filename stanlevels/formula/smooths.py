"""Terms that are more than columns: smooth curves, monotonic effects, and what the language has not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from stanlevels.formula.draft import Draft
from stanlevels.formula.expand import Design, Term, term_text
from stanlevels.formula.syntax import Call, Syntax
from stanlevels.formula.tokens import misread

__all__ = ["special_terms", "without_special"]

_ABSENT: Mapping[str, str] = {
    **dict.fromkeys(("t2", "te", "ti"), "tensor products of smooth curves"),
    **dict.fromkeys(("bs", "ns"), "regression splines by their degrees of freedom: s(x) is a penalised one"),
    **dict.fromkeys(("ar", "ma", "arma", "cosy", "unstr"), "correlated residuals"),
    **dict.fromkeys(
        ("ar1", "ou", "rr", "us", "diag", "cs_struct", "toep"), "glmmTMB's covariance structures"
    ),
    **dict.fromkeys(("car", "sar", "fcor"), "correlation between neighbours"),
    **dict.fromkeys(("gp", "hsgp"), "Gaussian processes"),
    "cs": "effects that differ between the thresholds of an ordinal outcome",
    "mi": "covariates with missing values",
    "me": "covariates with errors",
    "mmc": "covariates of memberships",
    "strata": "strata",
    "s": "smooth curves",
    "mo": "monotonic effects",
}


def without_special(design: Design, draft: Draft) -> Design:
    """The terms that are covariates."""
    del draft
    return replace(design, terms=tuple(term for term in design.terms if not _is_special(term)))


def special_terms(design: Design, draft: Draft, of: str) -> list[str]:
    """Lines for the other terms; what each adds to the predictor."""
    return [_special(term, draft, of) for term in design.terms if _is_special(term)]


def _is_special(term: Term) -> bool:
    return any(_called(factor) in _ABSENT for factor in term)


def _called(factor: Syntax) -> str:
    return factor.function if isinstance(factor, Call) else ""


def _special(term: Term, draft: Draft, of: str) -> str:
    del of
    factor = next(f for f in term if _called(f) in _ABSENT)
    raise misread(
        f"a formula has {term_text(term)}: formulas cannot say {_ABSENT[_called(factor)]} here yet",
        draft.formula,
        factor.at,
        expected="what docs/formulas.md lists",
        way_out="write the class by hand: print(M) of the formula without this term, and add lines to it",
    )
