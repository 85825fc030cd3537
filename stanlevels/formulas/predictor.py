"""A right side as lines, and the expression that adds them up."""

from __future__ import annotations

from collections.abc import Mapping

from stanlevels.formulas.covariates import covariate_texts
from stanlevels.formulas.draft import Draft
from stanlevels.formulas.expand import Bar, Design
from stanlevels.formulas.expressions import expression_text
from stanlevels.formulas.groups import Shared, group_terms, merged
from stanlevels.formulas.prior_lines import has_priors, with_priors
from stanlevels.formulas.priors import COEFFICIENTS
from stanlevels.formulas.smooths import counted_otherwise, special_terms, without_special
from stanlevels.formulas.tokens import misread

__all__ = ["predictor"]


def predictor(design: Design, draft: Draft, of: str = "", shared: Mapping[str, Shared] | None = None) -> str:
    """Lines for what a right side adds up, and the expression of their sum.

    Parameters
    ----------
    design : Design
    draft : Draft
        Gets the lines.
    of : str
        What the names of lines end with: "" for the mean, "_sigma" for a formula of sigma.
    shared : mapping of str to Shared, optional
        Effects that other formulas have as well, by their ID.

    Returns
    -------
    str
        "0" where the formula adds up nothing.
    """
    plain = without_special(design, draft)
    texts = covariate_texts(plain, draft)
    chosen = has_priors(of, draft)
    whole, apart = "", tuple[Bar, ...]()
    if not chosen and plain.terms == design.terms:
        whole, apart = merged(plain.bars, texts, of, draft)
    if chosen:
        _check_same_unit(design, of, draft)
        found = with_priors(texts, plain, of, draft)
    else:
        found = [whole] if whole else [_own(texts, of, draft)] if texts else []
    rest = [bar for bar in plain.bars if bar not in apart]
    found += group_terms(rest, of, draft, shared or {})
    found += special_terms(design, draft, of)
    found += [expression_text(offset, draft.formula, draft.name, 1) for offset in design.offsets]
    return " + ".join(found) or "0"


def _own(texts: list[str], of: str, draft: Draft) -> str:
    """Effects of the whole population."""
    if texts == ["1"]:
        return draft.line(f"intercept{of}", "sl.Normal()")
    return draft.line(f"b{of}", f"sl.effects({', '.join(texts)})")


def _check_same_unit(design: Design, of: str, draft: Draft) -> None:
    """Refuse priors of all coefficients where some are counted in another unit than in brms."""
    for prior in draft.priors.every:
        other = counted_otherwise(design) if prior.kind == COEFFICIENTS and not prior.coef else ""
        if other and prior.of == of:
            raise misread(
                f"{prior.said} is of {other} too, whose coefficient brms counts in another unit",
                draft.formula,
                0,
                expected="priors with coef = ..., or a formula without it",
                way_out="give the line a prior in a class that inherits: class Mine(M): ...",
            )
