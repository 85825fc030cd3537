"""Coefficients with priors that were given: the lines in place of ``b = sl.effects(1, "x", "f")``."""

from __future__ import annotations

from stanlevels.formulas.covariates import covariate_texts, is_category
from stanlevels.formulas.draft import Draft, identifier
from stanlevels.formulas.expand import Design
from stanlevels.formulas.expressions import quoted
from stanlevels.formulas.priors import COEFFICIENTS, INTERCEPT, Prior
from stanlevels.formulas.syntax import formula_text
from stanlevels.formulas.tokens import misread

__all__ = ["has_priors", "with_priors"]

_CENTERED = ("sl.standardize(", "sl.center(")


def has_priors(of: str, draft: Draft) -> bool:
    """Whether coefficients of a predictor, or its intercept, have a prior that was given."""
    found = [draft.priors.find(kind, of) for kind in (COEFFICIENTS, INTERCEPT)]
    return any(found) or bool(draft.priors.of_coefficients(of))


def with_priors(texts: list[str], design: Design, of: str, draft: Draft) -> list[str]:
    """What coefficients add to a predictor, each in the line that its prior asks for.

    Parameters
    ----------
    texts : list of str
        Covariates, 1 among them.
    design : Design
        The terms that they are of.
    of : str
        What the names of lines end with.
    draft : Draft
        Gets the lines.

    Raises
    ------
    DeclarationError
        If a prior is of the intercept at the means of covariates, or of one category.
    """
    found, rest = [], [text for text in texts if text != "1"]
    if len(rest) < len(texts):
        found.append(_intercept(rest, of, draft))
    elif design.absorbed and (prior := draft.priors.find(INTERCEPT, of)) is not None:
        _check_at_means(prior, rest, draft)  # of thresholds, which have a line elsewhere
    singles = _singles(design, draft)
    for prior in draft.priors.of_coefficients(of):
        if prior.coef == INTERCEPT:
            continue
        text = singles.get(prior.coef.replace(" ", ""), "")
        if text not in rest:
            raise _no_coefficient(prior, singles, draft)
        rest.remove(text)
        slope = draft.line(f"b_{identifier(prior.coef)}{of}", prior.line())
        value = f"sl.data({text})" if text.startswith('"') else f"({text})" if " " in text else text
        found.append(f"{slope} * {value}")
    if rest:
        found.append(_together(rest, draft.priors.find(COEFFICIENTS, of), of, draft))
    return found


def _intercept(rest: list[str], of: str, draft: Draft) -> str:
    """The line of the intercept."""
    named = draft.priors.find(COEFFICIENTS, of, coef=INTERCEPT)
    given = named if named is not None and (named.coef or of in draft.free_intercepts) else None
    at_means = draft.priors.find(INTERCEPT, of)
    if given is None and at_means is not None:
        _check_at_means(at_means, rest, draft)
        given = at_means
    return draft.line(f"intercept{of}", given.line() if given is not None else "sl.Normal()")


def _check_at_means(prior: Prior, rest: list[str], draft: Draft) -> None:
    """Refuse a prior of the intercept at the means of covariates, where it is not that at 0."""
    if not all(text.startswith(_CENTERED) for text in rest):
        raise misread(
            f"{prior.said} is of brms's intercept, where covariates are at their means",
            draft.formula,
            0,
            expected="class = b, coef = Intercept, of the intercept where covariates are 0",
            way_out="or center the covariates, scale(x, scale = FALSE), with which they are the same",
        )


def _together(rest: list[str], prior: Prior | None, of: str, draft: Draft) -> str:
    """The line of all coefficients that have no prior of their own."""
    if prior is None:
        return draft.line(f"b{of}", f"sl.effects({', '.join(rest)})")
    if prior.is_normal():
        mean, sd = prior.mean_and_sd()
        return draft.line(f"b{of}", f"sl.effects({', '.join(rest)}, mean={mean}, sd={sd})")
    columns = draft.line(f"covariates{of}", f"sl.covariates({', '.join(rest)})")
    return f"{draft.line(f'b{of}', prior.line(columns))} @ {columns}"


def _singles(design: Design, draft: Draft) -> dict[str, str]:
    """Covariates with one coefficient, by the names that R gives these."""
    found = {}
    for term in design.terms:
        if len(term) == 1 and not is_category(term[0], draft):
            texts = covariate_texts(Design(True, (term,)), draft)
            found[formula_text(term[0]).replace(" ", "")] = texts[-1]
    return found


def _no_coefficient(prior: Prior, singles: dict[str, str], draft: Draft) -> Exception:
    names = ", ".join(map(quoted, [*singles, INTERCEPT]))
    return misread(
        f"{prior.said} is of a coefficient that has no line of its own here",
        draft.formula,
        0,
        expected=f"coef = one of {names}",
        way_out="write a 0/1 column for a category, a column for a product: df['f_b'] = (df['f'] == 'b')"
        ".astype(int)",
    )
