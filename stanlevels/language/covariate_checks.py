"""What a set of covariates must be: each term once, the constant first."""

from __future__ import annotations

from collections import Counter

from stanlevels.errors import DeclarationError
from stanlevels.graph import CovariateTerm
from stanlevels.graph.text import covariate_text, factor_text

__all__ = ["check_terms"]


def check_terms(name: str, terms: tuple[CovariateTerm, ...]) -> None:
    """Refuse a term that stands twice, in whatever order its factors are, and a constant that is not first.

    Raises
    ------
    DeclarationError
        That names the term.
    """
    counts = Counter(tuple(sorted(map(factor_text, term.factors))) for term in terms)
    for term in terms:
        if counts[tuple(sorted(map(factor_text, term.factors)))] > 1:
            raise DeclarationError(
                f"{name!r} names the covariate {covariate_text(term)!r} twice",
                expected="every covariate once: two coefficients of one covariate cannot be told apart",
                way_out="leave one of them out",
            )
    if any(not term.factors for term in terms[1:]):
        raise DeclarationError(
            f"{name!r} has 1 among its covariates, after others",
            expected="1, the intercept, as the first term",
            way_out="write sl.covariates(1, ...)",
        )
