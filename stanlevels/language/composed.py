"""Distributions made of distributions: ``sl.ZeroInflated(sl.Poisson(log=eta), logit=zi, observed=True)``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from stanlevels.distributions.composed import WRAPPERS, not_mixed, numbered
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DeclarationError, listing
from stanlevels.language.declarations import Index
from stanlevels.language.distributions import Axis, axes_of, line_of
from stanlevels.language.expressions import Expression, Operand, Variable, checked_operand
from stanlevels.language.lists import as_list
from stanlevels.language.messages.describe import describe
from stanlevels.words import counted

__all__ = ["Hurdle", "Mixture", "ZeroInflated"]


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
    return _wrapped("ZeroInflated", of, zero, logit, over, observed, weights, missing)


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
    return _wrapped("Hurdle", of, zero, logit, over, observed, weights, missing)


def Mixture(
    components: Expression | Sequence[Expression],
    weights: Expression | Sequence[Operand],
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    missing: Literal["model"] | None = None,
) -> Expression:
    """One of several distributions, each as often as its weight says.

    Parameters
    ----------
    components : sequence of expression, or expression
        Distributions, written out; or one whose arguments are quantities over an Index: one for each label.
        Where these are alike, nothing says which is which: declare what tells them apart in increasing order,
        ``mu = sl.Normal(0, 5, over=k, ordered=True)``.
    weights : expression, or list of expressions and numbers
        Probabilities that sum to 1: ``sl.Dirichlet([1, 1], dim=2)`` on a line of its own, or numbers.
    over : Level, Index, covariates, sl.rows, or a tuple of these, optional
        One value per unit; left out, an outcome has one per row.
    observed : bool, str or list of str
        True attaches the column of the same name, a text another column.
    missing : "model", optional
        Outcomes that the data lack are unknown, as the line says; left out, they are an error.

    Returns
    -------
    Expression

    Raises
    ------
    DeclarationError
        If a component is no distribution of single numbers, or there are fewer than two.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Waiting(sl.Model):
    ...     kind = sl.Index(["short", "long"])
    ...     mu = sl.Normal(70, 20, over=kind, ordered=True)
    ...     sigma = sl.HalfNormal(10, over=kind)
    ...     share = sl.Dirichlet(1, over=kind)
    ...     minutes = sl.Mixture(sl.Normal(mu, sigma), share, observed=True)
    """
    lines = _components(components)
    families = [FAMILIES[line.family] for line in lines]
    if why := not_mixed(families):
        raise DeclarationError(
            f"sl.Mixture is given {listing([f'sl.{f.name}(...)' for f in families])}", expected=why
        )
    entries = None if isinstance(weights, Expression) else as_list(weights)
    if entries is not None and len(entries) != len(lines):
        raise DeclarationError(
            f"weights of sl.Mixture has {counted(len(entries), 'entry')}, and there are"
            f" {counted(len(lines), 'distribution')}",
            expected="a weight for each",
        )
    given = tuple(entries) if entries is not None else checked_operand(weights, "weights of sl.Mixture")
    args = [(numbered(n, k), value) for k, line in enumerate(lines, 1) for n, value in line.args]
    keys = [line.parameterization for line in lines]
    family = FAMILIES[f"Mixture({','.join(f.name for f in families)})"]
    key = "/".join(keys) if any(keys) else ""
    return line_of(
        family,
        key,
        (*args, ("weights", given)),
        over=axes_of(family, over),
        observed=observed,
        missing=missing,
    )


def _components(components: Any) -> list[Variable]:
    if isinstance(components, Variable):
        found = _along(components)
    else:
        found = as_list(components) or []
    for one in found:
        if not isinstance(one, Variable):
            raise DeclarationError(
                f"sl.Mixture is given {describe(one)}", expected="distributions, written out"
            )
        if clauses := _clauses(one):
            raise DeclarationError(
                f"sl.{one.family}(...) in sl.Mixture(...) has {listing(clauses)}",
                expected="arguments alone: what belongs to the line stands outside",
            )
    if len(found) < 2:
        raise DeclarationError(
            f"sl.Mixture is given {counted(len(found), 'distribution')}",
            expected="at least two, or one whose arguments are quantities over an Index",
        )
    return found


def _along(line: Variable) -> list[Variable]:
    """One distribution for each label of the Index that arguments of this one go over."""
    indexes = {
        id(axis): axis
        for _, value in line.args
        if isinstance(value, Variable)
        for axis in value.over
        if isinstance(axis, Index)
    }
    if len(indexes) != 1:
        return [line]
    (index,) = indexes.values()

    def at(value: Any, label: int) -> Any:
        over = value.over if isinstance(value, Variable) else ()
        return value[label] if any(axis is index for axis in over) else value

    return [
        Variable(**{**_fields(line), "args": tuple((n, at(value, k)) for n, value in line.args)})
        for k in range(len(index.labels))
    ]


def _fields(line: Variable) -> dict[str, Any]:
    return {name: value for name, value in vars(line).items() if not name.startswith("_")}


def _wrapped(
    name: str,
    of: Any,
    zero: Any,
    logit: Any,
    over: Axis | Sequence[Axis] | None,
    observed: bool | str | Sequence[str],
    weights: str | None,
    missing: str | None,
) -> Variable:
    inner = bare(name, of)
    family = FAMILIES[f"{name}({inner.family})"]
    if zero is not None and logit is not None:
        raise DeclarationError(f"sl.{name} is given zero= and logit= at once", expected="one of them")
    by_logit = logit is not None
    given = logit if by_logit else zero
    value = (
        None if given is None else checked_operand(given, f"{'logit' if by_logit else 'zero'} of sl.{name}")
    )
    key = inner.parameterization + ("|logit" if by_logit else "")
    own = ("zero_logit" if by_logit else "zero", value)
    return line_of(
        family,
        key,
        (*inner.args, own),
        over=axes_of(family, over),
        observed=observed,
        weights=weights,
        missing=missing,
    )


def bare(name: str, of: Any) -> Variable:
    """The distribution that a wrapper is given.

    Raises
    ------
    DeclarationError
        If it is none, one that it does not take, or has clauses of its own.
    """
    wrapper = WRAPPERS[name]
    able = [f.name for f in FAMILIES.values() if not wrapper.refuses(f)]
    if not isinstance(of, Variable):
        raise DeclarationError(
            f"sl.{name} is given {describe(of)}",
            expected=f"a distribution, written out: one of {listing([f'sl.{n}(...)' for n in able], 20)}",
        )
    family = FAMILIES[of.family]
    if why := wrapper.refuses(family):
        raise DeclarationError(
            f"sl.{name} is given sl.{family.name}(...)",
            expected=f"{why}: {listing([f'sl.{n}(...)' for n in able], 20)}",
        )
    if clauses := _clauses(of):
        raise DeclarationError(
            f"sl.{family.name}(...) in sl.{name}(...) has {listing(clauses)}",
            expected="arguments alone: what belongs to the line stands outside",
            way_out=f"write sl.{name}(sl.{family.name}(...), ..., {clauses[0]}...)",
        )
    return of


def _clauses(line: Variable) -> list[str]:
    said = {
        "over=": line.over != (),
        "observed=": line.observed is not False,
        "weights=": line.weights is not None,
        "missing=": line.missing is not None,
        "ordered=": line.ordered,
        "centered=": line.centered is not None,
    }
    return [name for name, there in said.items() if there]
