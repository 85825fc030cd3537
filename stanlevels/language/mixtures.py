"""Distributions of which an outcome comes from one: ``sl.Mixture(sl.Normal(mu, sigma), share)``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from stanlevels.distributions.composed import not_mixed, numbered
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DeclarationError, listing
from stanlevels.language.composed import called, clauses_of
from stanlevels.language.declarations import Index
from stanlevels.language.distributions import Axis, axes_of, line_of
from stanlevels.language.expressions import (
    Expression,
    FunctionCall,
    Indexed,
    Operand,
    Operation,
    Product,
    Variable,
    checked_operand,
)
from stanlevels.language.lists import as_list
from stanlevels.language.messages.calls import in_words
from stanlevels.language.messages.describe import describe
from stanlevels.words import counted

__all__ = ["Mixture"]

_LIST = "distributions stand in one list: sl.Mixture([sl.Normal(mu, 1), sl.Normal(0, 5)], [0.9, 0.1])"
_MEANT = {
    **dict.fromkeys(("lower", "upper", "censored", "until"), "bounds and censoring are not for mixtures"),
    **dict.fromkeys(("w", "p", "theta", "probs", "proportions"), "how often each is the one is shares="),
}


@in_words("sl.Mixture", _MEANT, _LIST)
def Mixture(
    components: Expression | Sequence[Expression],
    shares: Expression | Sequence[Operand] | Mapping[Any, Operand] | None = None,
    *,
    logit: Expression | Sequence[Operand] | Mapping[Any, Operand] | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: Literal["model"] | None = None,
) -> Expression:
    """One of several distributions, each as often as its share says.

    Parameters
    ----------
    components : sequence of expression, or expression
        Distributions, written out; or one whose arguments are quantities over an Index: one for each label.
        Where these are alike, nothing says which is which: declare what tells them apart in increasing order,
        ``mu = sl.Normal(0, 5, over=k, ordered=True)``.
    shares : expression, list of expressions and numbers, or dict, optional
        Probabilities that sum to 1: ``sl.Dirichlet(1, over=k)`` on a line of its own, or
        ``sl.Dirichlet(1, over=(county, k))``, or numbers. Left out they are unknown, with a default prior,
        which `Model.priors` shows.
    logit : expression, list of expressions and numbers, or dict, optional
        Log odds in place of `shares`, one for each and up to a common constant: ``logit=[0, eta]``, where
        `eta` may differ from row to row; of an Index also by label, ``logit={"short": 0, "long": eta}``.
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
    if isinstance(components, Variable) and _is_distribution(shares):
        raise DeclarationError(
            "sl.Mixture is given distributions one by one", expected="a list of them", way_out=_LIST
        )
    lines, labels = _components(components)
    families = [FAMILIES[line.family] for line in lines]
    if why := not_mixed(families):
        raise DeclarationError(f"sl.Mixture is given {', '.join(map(called, lines))}", expected=why)
    if weights is not None and not isinstance(weights, str):
        raise DeclarationError(
            f"weights= of sl.Mixture is {describe(weights)}",
            expected="the name of a column of frequency weights; how often each distribution is the one is"
            " shares=",
        )
    given = _shares(shares, logit, len(lines), labels)
    args = [(numbered(n, k), value) for k, line in enumerate(lines, 1) for n, value in line.args]
    written = [f"{line.family}:{line.parameterization}".removesuffix(":") for line in lines]
    family = FAMILIES[f"Mixture({','.join(written)})"]
    key = "" if logit is None else "logit"
    own = ("shares" if logit is None else "shares_logit", given)
    return line_of(
        family,
        key,
        (*args, own),
        over=axes_of(family, over),
        observed=observed,
        weights=weights,
        missing=missing,
    )


def _is_distribution(shares: Any) -> bool:
    """Whether what stands in the place of shares is one of the distributions."""
    return isinstance(shares, Variable) and not FAMILIES[shares.family].is_simplex


def _shares(shares: Any, logit: Any, count: int, labels: Sequence[Any]) -> Any:
    """How often each distribution of a mixture is the one, or the log odds of that."""
    if shares is not None and logit is not None:
        raise DeclarationError("sl.Mixture is given shares= and logit= at once", expected="one of them")
    name, given = ("shares", shares) if logit is None else ("logit", logit)
    if given is None:
        return None
    if isinstance(given, Mapping):
        if not labels or set(given) != set(labels):
            raise DeclarationError(
                f"{name} of sl.Mixture has entries for {listing(given)}",
                expected=f"one for each of {listing(labels)}"
                if labels
                else "a list: its distributions have no labels",
            )
        given = [given[label] for label in labels]
    entries = None if isinstance(given, Expression) else as_list(given)
    if entries is None:
        return checked_operand(given, f"{name} of sl.Mixture")
    if len(entries) != count:
        raise DeclarationError(
            f"{name} of sl.Mixture has {counted(len(entries), 'entry')}, and there are"
            f" {counted(count, 'distribution')}",
            expected="one for each",
        )
    return tuple(checked_operand(entry, f"{name} of sl.Mixture") for entry in entries)


def _components(components: Any) -> tuple[list[Variable], tuple[Any, ...]]:
    """Distributions, and their labels, where they are one over an Index."""
    labels: tuple[Any, ...] = ()
    if isinstance(components, Variable):
        found, labels = _along(components)
    else:
        found = as_list(components) or []
    for one in found:
        if not isinstance(one, Variable):
            raise DeclarationError(
                f"sl.Mixture is given {describe(one)}", expected="distributions, written out"
            )
        if clauses := clauses_of(one):
            raise DeclarationError(
                f"{called(one)} in sl.Mixture(...) has {', '.join(clauses)}",
                expected="arguments alone: what belongs to the line stands outside",
            )
    if len(found) < 2:
        raise DeclarationError(
            f"sl.Mixture is given {counted(len(found), 'distribution')}",
            expected="at least two, or one whose arguments are quantities over an Index",
        )
    return found, labels


def _along(line: Variable) -> tuple[list[Variable], tuple[Any, ...]]:
    """One distribution for each label of the Index over which quantities in its arguments are, and these."""
    found = {id(axis): axis for _, value in line.args for axis in _indexes(value)}
    if len(found) != 1:
        return [line], ()
    (index,) = found.values()
    lines = [
        Variable(**{**_fields(line), "args": tuple((n, _at(value, index, k)) for n, value in line.args)})
        for k in range(len(index.labels))
    ]
    return lines, tuple(index.labels)


def _indexes(value: Any) -> Iterator[Index]:
    """The Indexes over which quantities in an argument are, where no component of these is taken."""
    match value:
        case Variable(over=over):
            yield from (axis for axis in over if isinstance(axis, Index))
        case Indexed(base=base, key=tuple()):
            yield from _indexes(base)
        case Operation() | FunctionCall() | Product() | tuple():
            for part in _parts(value):
                yield from _indexes(part)


def _parts(value: Any) -> tuple[Any, ...]:
    match value:
        case Operation(operands=operands):
            return operands
        case FunctionCall(operand=operand):
            return (operand,)
        case Product(coefficients=coefficients):
            return (coefficients,)
    return value if isinstance(value, tuple) else ()


def _at(value: Any, index: Index, k: int) -> Any:
    """An argument for one label of an Index."""
    if not any(axis is index for axis in _indexes(value)):
        return value
    match value:
        case Operation(symbol=symbol, operands=operands):
            return Operation(symbol, *(_at(part, index, k) for part in operands))
        case FunctionCall(function=function, operand=operand):
            return FunctionCall(function, _at(operand, index, k))
        case Product(coefficients=coefficients, covariates=covariates):
            return Product(_at(coefficients, index, k), covariates)
        case tuple():
            return tuple(_at(part, index, k) for part in value)
    return value[k]


def _fields(line: Variable) -> dict[str, Any]:
    return {name: value for name, value in vars(line).items() if not name.startswith("_")}
