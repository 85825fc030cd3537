"""Distributions made of distributions: ``sl.ZeroInflated(sl.Poisson(log=eta), logit=zi, observed=True)``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from stanlevels.distributions.composed import WRAPPERS
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DeclarationError
from stanlevels.language.distributions import Axis, axes_of, line_of
from stanlevels.language.expressions import Expression, Operand, Variable, checked_operand
from stanlevels.language.messages.calls import in_words
from stanlevels.language.messages.describe import describe

__all__ = ["Hurdle", "ZeroInflated", "ZeroOneInflated", "called", "clauses_of"]

_WHOLE = "bounds and censoring are for distributions that are made of no other"
_MEANT = {
    **dict.fromkeys(("lower", "upper", "censored", "until"), _WHOLE),
    **dict.fromkeys(
        ("log", "mu", "rate", "mean", "shape", "concentration"),
        "arguments of the distribution stand in it: sl.Poisson(log=eta)",
    ),
}
_ZERO = "the probability of a zero is zero=, its log odds logit="
_OF_ZEROS = _MEANT | dict.fromkeys(("zi", "hu", "p", "psi", "prob"), _ZERO)
_OF_ENDS = {
    **_MEANT,
    **dict.fromkeys(("zoi", "logit", "zero"), "the probability of 0 or 1 is ends=, its log odds ends_logit="),
    "coi": "the probability that such an outcome is 1 is one=, its log odds one_logit=",
}


@in_words("sl.ZeroInflated", _OF_ZEROS, "write sl.ZeroInflated(sl.Poisson(log=eta), zero, observed=True)")
def ZeroInflated(
    of: Expression,
    zero: Operand | None = None,
    *,
    logit: Operand | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
) -> Expression:
    """0 with probability `zero`, else what another distribution says, which may be 0 as well.

    Parameters
    ----------
    of : expression
        A distribution of counts, such as ``sl.Poisson(log=eta)``, without clauses of its own.
    zero : expression or number, optional
        The probability of a zero that is not the distribution's own. Left out it is unknown, with a default
        prior, which `Model.priors` shows.
    logit : expression or number, optional
        Its log odds, in place of `zero`.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, an outcome has one per row.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.

    Returns
    -------
    Expression

    Raises
    ------
    DeclarationError
        If `of` is no distribution of counts, or says what belongs to this line.

    Examples
    --------
    >>> import stanlevels as sl
    >>> rate = sl.Normal(0, 1)
    >>> fish = sl.ZeroInflated(sl.Poisson(log=rate), 0.2, observed=True)
    """
    return _wrapped("ZeroInflated", of, _zero("ZeroInflated", zero, logit), over, observed, weights, missing)


@in_words("sl.Hurdle", _OF_ZEROS, "write sl.Hurdle(sl.Poisson(log=eta), zero, observed=True)")
def Hurdle(
    of: Expression,
    zero: Operand | None = None,
    *,
    logit: Operand | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
) -> Expression:
    """0 with probability `zero`, else what another distribution says of numbers above 0.

    Parameters
    ----------
    of : expression
        A distribution of counts or of positive numbers, such as ``sl.LogNormal(mu, sigma)``, without clauses
        of its own. That of counts is cut off at 0.
    zero : expression or number, optional
        The probability of a zero. Left out it is unknown, with a default prior, which `Model.priors` shows.
    logit : expression or number, optional
        Its log odds, in place of `zero`.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, an outcome has one per row.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.

    Returns
    -------
    Expression

    Raises
    ------
    DeclarationError
        If `of` is another distribution, or says what belongs to this line.

    Examples
    --------
    >>> import stanlevels as sl
    >>> mu, sigma = sl.Normal(0, 1), sl.HalfNormal(1)
    >>> amount = sl.Hurdle(sl.LogNormal(mu, sigma), logit=-1, observed=True)
    """
    return _wrapped("Hurdle", of, _zero("Hurdle", zero, logit), over, observed, weights, missing)


@in_words(
    "sl.ZeroOneInflated", _OF_ENDS, "write sl.ZeroOneInflated(sl.Beta(logit=eta), ends, one, observed=True)"
)
def ZeroOneInflated(
    of: Expression,
    ends: Operand | None = None,
    one: Operand | None = None,
    *,
    ends_logit: Operand | None = None,
    one_logit: Operand | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
) -> Expression:
    """0 or 1 with probability `ends`, else what a distribution says of numbers between them.

    Parameters
    ----------
    of : expression
        A distribution of shares, such as ``sl.Beta(logit=eta, concentration=phi)``, without clauses of its
        own.
    ends : expression or number, optional
        The probability of 0 or 1 (``zoi`` in brms). Left out it is unknown, with a default prior, which
        `Model.priors` shows.
    one : expression or number, optional
        The probability that an outcome is 1, of those that are 0 or 1 (``coi`` in brms). Left out it is
        unknown.
    ends_logit, one_logit : expression or number, optional
        Log odds in place of `ends` and of `one`.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, an outcome has one per row.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    weights : str, optional
        A column of frequency weights, which multiply the log density of each row.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.

    Returns
    -------
    Expression

    Raises
    ------
    DeclarationError
        If `of` is another distribution, or says what belongs to this line.

    Examples
    --------
    >>> import stanlevels as sl
    >>> eta, phi = sl.Normal(0, 1), sl.Gamma(2, 0.1)
    >>> rating = sl.ZeroOneInflated(sl.Beta(logit=eta, concentration=phi), 0.2, 0.5, observed=True)
    """
    chances = (
        _chance("ZeroOneInflated", "ends", ends, ends_logit),
        _chance("ZeroOneInflated", "one", one, one_logit),
    )
    return _wrapped("ZeroOneInflated", of, chances, over, observed, weights, missing)


_Chance = tuple[str, str, Any]
"""An argument, how it is written ("" or "logit"), and what it is given."""


def _zero(name: str, zero: Any, logit: Any) -> tuple[_Chance]:
    return (_chance(name, "zero", zero, logit, "logit"),)


def _chance(name: str, argument: str, share: Any, odds: Any, by: str = "") -> _Chance:
    by = by or f"{argument}_logit"
    if share is not None and odds is not None:
        raise DeclarationError(f"sl.{name} is given {argument}= and {by}= at once", expected="one of them")
    if odds is not None:
        return f"{argument}_logit", "logit", checked_operand(odds, f"{by} of sl.{name}")
    return argument, "", None if share is None else checked_operand(share, f"{argument} of sl.{name}")


def _wrapped(
    name: str,
    of: Any,
    chances: tuple[_Chance, ...],
    over: Axis | Sequence[Axis] | None,
    observed: bool | str | Sequence[str],
    weights: str | None,
    missing: str | None,
) -> Variable:
    inner = bare(name, of)
    family = FAMILIES[f"{name}({inner.family})"]
    key = f"{inner.parameterization}|{','.join(way for _, way, _ in chances)}"
    args = (*inner.args, *((argument, value) for argument, _, value in chances))
    return line_of(
        family, key, args, over=axes_of(family, over), observed=observed, weights=weights, missing=missing
    )


_IN_TWO_LINES = (
    "write two lines: some = sl.Bernoulli(..., observed='some'), and the category of rows that have one, with"
    " weights='some' (rows of weight 0 tell nothing of it)"
)


def bare(name: str, of: Any) -> Variable:
    """The distribution that a wrapper is given.

    Raises
    ------
    DeclarationError
        If it is none, one that it does not take, or has clauses of its own.
    """
    wrapper = WRAPPERS[name]
    able = ", ".join(f"sl.{f.name}" for f in FAMILIES.values() if not wrapper.refuses(f))
    if not isinstance(of, Variable):
        raise DeclarationError(
            f"sl.{name} is given {describe(of)}",
            expected=f"a distribution, written out: one of {able}",
        )
    family = FAMILIES[of.family]
    if why := "a distribution that is made of no other" if family.composed else wrapper.refuses(family):
        raise DeclarationError(
            f"sl.{name} is given {called(of)}",
            expected=f"{why}: {able}",
            way_out=_IN_TWO_LINES * (family.is_ordinal and name == "Hurdle"),
        )
    if clauses := clauses_of(of):
        raise DeclarationError(
            f"{called(of)} in sl.{name}(...) has {', '.join(clauses)}",
            expected="arguments alone: what belongs to the line stands outside",
            way_out=f"write sl.{name}(sl.{family.name}(...), ..., {clauses[0]}...)",
        )
    return of


def called(line: Variable) -> str:
    """A distribution as a person calls it, without its arguments."""
    base, _, clauses = line.family.partition("|")
    outer, _, inner = base.partition("(")
    if inner:
        return f"sl.{outer}(sl.{inner[:-1].partition(',')[0].partition(':')[0]}(...), ...)"
    return f"sl.{outer}({', '.join(['...', *(f'{name}=' for name in clauses.split(',') if name)])})"


def clauses_of(line: Variable) -> list[str]:
    """What a line says beside the arguments of its distribution."""
    said = {
        "over=": line.over != (),
        "observed=": line.observed is not False,
        "weights=": line.weights is not None,
        "missing=": line.missing is not None,
        "ordered=": line.ordered,
        "centered=": line.centered is not None,
    }
    return [name for name, there in said.items() if there]
