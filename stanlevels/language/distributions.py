"""The callables that people write: ``sl.Normal(mu, sigma, over=school)``.

Each is made from its row in the table of distributions; nothing here knows one from another but by
that row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from stanlevels.distributions.structure import GROUPS
from stanlevels.distributions.structures import CORRELATED, SUMMING
from stanlevels.distributions.table import FAMILIES, Family, Parameter, Parameterization
from stanlevels.errors import DeclarationError, listing
from stanlevels.language.call_help import BOUNDS, clauses_of, docstring, signature
from stanlevels.language.check_text import check_text
from stanlevels.language.declarations import Index, Level, Rows
from stanlevels.language.expressions import (
    Covariates,
    DataColumn,
    DerivedColumn,
    Expression,
    Variable,
    checked_operand,
)
from stanlevels.language.lists import Labelled, as_list, check_list
from stanlevels.language.messages.describe import describe
from stanlevels.language.messages.meant import instead_of_axis, instead_of_outcome
from stanlevels.language.messages.meant_arguments import too_many, twice, unknown_arguments
from stanlevels.language.of_all_units import of_all_units
from stanlevels.words import counted

Axis = Level | Index | Covariates | Rows
rows = Rows()
"""The data's rows as an axis: one value per row.

Examples
--------
>>> import stanlevels as sl
>>> extra = sl.Normal(0, 1, over=sl.rows)
"""


def distribution(family: Family) -> Callable[..., Variable]:
    """The callable for a row of the table: a function, which editors and `help` show as any other.

    Parameters
    ----------
    family : Family
        The row, kept as the function's attribute `family`.
    """

    def declare(
        *args: Any,
        over: Axis | Sequence[Axis] | None = None,
        observed: bool | str | Sequence[str] = False,
        weights: str | None = None,
        missing: Literal["model"] | None = None,
        ordered: bool = False,
        centered: bool | Literal["between"] | None = None,
        dim: int | None = None,
        **kwargs: Any,
    ) -> Variable:
        clauses = {name: kwargs.pop(name) for name in clauses_of(family) if name in kwargs}
        together = {name: kwargs.pop(name, None) for name in (CORRELATED, SUMMING) if family.is_normal}
        chosen = _parameterization(family, kwargs)
        axes = axes_of(family, over)
        given = _arguments(family, chosen, args, kwargs, axes)
        made, more = with_clauses(family, clauses, observed=observed is not False)
        made = of_all_units(made, together, centered)
        return line_of(
            made,
            chosen.key,
            (*given, *more),
            over=axes,
            observed=observed,
            weights=weights,
            missing=missing,
            ordered=ordered,
            centered=centered,
            dim=dim,
            matrix=together.get(CORRELATED),
        )

    made: Any = declare
    made.family = family
    made.__name__ = made.__qualname__ = family.name
    made.__module__ = "stanlevels"
    made.__doc__ = docstring(family)
    made.__signature__ = signature(family)
    return declare


def family_of(value: object) -> Family | None:
    """The row of the table that a callable stands for, None where it is something else."""
    family = getattr(value, "family", None)
    return family if isinstance(family, Family) else None


def _parameterization(family: Family, kwargs: dict[str, Any]) -> Parameterization:
    chosen = [p for p in family.parameterizations if p.key and p.key in kwargs]
    if len(chosen) > 1:
        raise DeclarationError(
            f"sl.{family.name} is given {listing(p.key + '=' for p in chosen)} at once",
            expected="one of them",
        )
    return chosen[0] if chosen else family.parameterizations[0]


def _arguments(
    family: Family,
    chosen: Parameterization,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    axes: Sequence[Axis],
) -> tuple[tuple[str, Any], ...]:
    """Arguments by name, in the table's order; None where left open."""
    positional = [p.name for p in chosen.parameters if p.name != chosen.key]
    if len(args) > len(positional):
        raise too_many(family, chosen, args)
    given = dict(zip(positional, args, strict=False))
    if (error := unknown_arguments(family, chosen, kwargs)) is not None:
        raise error
    for name, value in kwargs.items():
        if name in given:
            raise twice(family, positional, name)
        given[name] = value
    return tuple((p.name, _argument(family, p, given.get(p.name), axes)) for p in chosen.parameters)


def _argument(family: Family, parameter: Parameter, value: Any, axes: Sequence[Axis]) -> Any:
    where = f"{parameter.name} of sl.{family.name}"
    shape = parameter.support.shape
    if value is None:
        return None
    if isinstance(value, Mapping):
        return _by_label(family, parameter, value, where)
    entries = None if isinstance(value, Expression) else as_list(value)
    if entries is not None and shape != "cholesky":
        if shape not in ("vector", "simplex"):
            check_list(family, parameter, value, axes)
        return tuple(checked_operand(item, where) for item in entries)
    if shape == "cholesky" and not isinstance(value, Expression):
        raise DeclarationError(
            f"{where} is given {describe(value)}",
            expected="corr = sl.LKJCholesky(2, dim=...), declared on a line of its own",
        )
    return checked_operand(value, where)


def _by_label(family: Family, parameter: Parameter, value: Mapping[Any, Any], where: str) -> Labelled:
    """The entries of a dict, which names the categories of an outcome."""
    if not any(form.categories == (parameter.name, 0) for form in family.parameterizations):
        raise DeclarationError(
            f"{where} is a dict of {listing(value)}",
            expected="a list, a number, a quantity or an expression",
        )
    odd = [label for label in value if not isinstance(label, str | int | Index)]
    labels = [each for label in value for each in (label.labels if isinstance(label, Index) else [label])]
    if odd or len(labels) < 2:
        raise DeclarationError(
            f"{where} is a dict with {listing(odd) if odd else counted(len(labels), 'category')}",
            expected="two categories or more, called as in the data: texts, whole numbers, True and False",
            way_out="an Index stands for all of its labels: logit={'first': 0, index: B @ X}",
        )
    if len(set(labels)) < len(labels):
        twice = [label for label in dict.fromkeys(labels) if labels.count(label) > 1]
        raise DeclarationError(
            f"{where} is a dict with {listing(twice)} both by itself and in an Index",
            expected="every category once: an Index of those that no other entry names",
        )
    return Labelled.of(value, (checked_operand(item, where) for item in value.values()))


def with_clauses(
    family: Family, clauses: dict[str, Any], *, observed: bool
) -> tuple[Family, tuple[tuple[str, Any], ...]]:
    """The distribution with bounds and what is known of its outcomes, and these as arguments."""
    there = {name: value for name, value in clauses.items() if value is not None}
    if not there:
        return family, ()
    if "until" in there and "censored" not in there:
        raise DeclarationError(
            f"sl.{family.name} is given until= without censored=",
            expected="the column that says which rows are intervals",
            way_out="write censored='status', until='end'",
        )
    if "censored" in there and not observed:
        raise DeclarationError(
            f"sl.{family.name} is given censored= on a line without data", expected="observed=True beside it"
        )
    found = {n: checked_operand(there[n], f"{n} of sl.{family.name}") for n in BOUNDS if n in there}
    ends = [there[n] for n in BOUNDS if isinstance(there.get(n), int | float)]
    if len(ends) == len(BOUNDS) and not ends[0] < ends[1]:
        raise DeclarationError(
            f"sl.{family.name} is given lower={ends[0]:g} and upper={ends[1]:g}",
            expected="a lower bound below the upper one",
        )
    if "censored" in there:
        found["status"] = DerivedColumn("censoring", _column(family, "censored", there["censored"]))
    if "until" in there:
        found["until"] = _column(family, "until", there["until"])
    return FAMILIES[f"{family.key}|{','.join(found)}"], tuple(found.items())


def _column(family: Family, name: str, value: Any) -> DataColumn:
    if not isinstance(value, str):
        raise DeclarationError(
            f"{name}= of sl.{family.name} is {describe(value)}",
            expected="the name of a column, as text",
        )
    check_text(value, f"the column of {name}=")
    return DataColumn(value)


def line_of(
    family: Family,
    key: str,
    args: tuple[tuple[str, Any], ...],
    *,
    over: tuple[Axis, ...],
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    missing: str | None = None,
    ordered: bool = False,
    centered: bool | Literal["between"] | None = None,
    dim: int | None = None,
    matrix: str | None = None,
) -> Variable:
    """A line with a distribution whose arguments are known, all else checked."""
    variable = Variable(
        family=family.key,
        parameterization=key,
        args=args,
        over=over,
        observed=_observed(family, observed),
        weights=_weights(weights, observed),
        missing=_missing(missing, observed),
        ordered=bool(ordered),
        centered=centered,
        size=_size(family, dim),
        matrix=matrix,
    )
    _check_flags(family, variable)
    return variable


def axes_of(family: Family, over: Axis | Sequence[Axis] | None) -> tuple[Axis, ...]:
    """The axes of ``over=``, checked."""
    if over is None:
        return ()
    axes = tuple(over) if isinstance(over, tuple | list) else (over,)
    name = family.name.partition("|")[0]  # of a process without its kernel
    for axis in axes:
        if not isinstance(axis, Axis):
            raise DeclarationError(
                f"over= of sl.{name} is {describe(axis)}",
                expected="a Level, an Index, covariates, sl.rows, or a tuple of these",
                way_out=instead_of_axis(over),
            )
    if len({id(axis) for axis in axes}) < len(axes):
        raise DeclarationError(f"over= of sl.{name} names one axis twice")
    return axes


def _observed(family: Family, observed: Any) -> bool | str | tuple[str, ...]:
    columns = (observed,) if isinstance(observed, str) else observed
    if isinstance(columns, tuple | list) and columns and all(isinstance(c, str) for c in columns):
        for column in columns:
            check_text(column, f"the column that sl.{family.name} observes")
        return observed if isinstance(observed, str) else tuple(columns)
    if observed is True and family.support.several:
        one = "category" if family.is_tally or family.is_simplex else "component"
        raise DeclarationError(
            f"observed= of sl.{family.name} is True, the one column of the line's own name",
            expected=f"a list with a column for each {one}",
            way_out="write observed=['first', 'second', 'third']",
        )
    if isinstance(observed, bool):
        return observed
    raise DeclarationError(
        f"observed= of sl.{family.name} is {describe(observed)}",
        expected="True (the column of the same name), a column's name, or a list of columns' names",
        way_out=instead_of_outcome(observed),
    )


def _weights(weights: Any, observed: Any) -> str | None:
    if weights is None:
        return None
    if not isinstance(weights, str):
        raise DeclarationError(
            f"weights= is {describe(weights)}", expected="the name of a column of frequency weights"
        )
    check_text(weights, "the column of weights=")
    if observed is False:
        raise DeclarationError(
            f"weights={weights!r} stands on a line without data", expected="observed=True beside it"
        )
    return weights


def _missing(missing: Any, observed: Any) -> str | None:
    if missing is None:
        return None
    if missing != "model":
        raise DeclarationError(
            f"missing= is {describe(missing)}",
            expected='missing="model": outcomes that the data lack are unknown, as the line says',
            way_out='to leave rows out write Model.bind(data, missing="drop")' * (missing == "drop"),
        )
    if observed is False:
        raise DeclarationError(
            'missing="model" stands on a line without data', expected="observed=True beside it"
        )
    return "model"


def _size(family: Family, dim: Any) -> int | None:
    if dim is None:
        return None
    if not family.sized:
        raise DeclarationError(
            f"sl.{family.name} has no argument 'dim'",
            way_out=f"for components write over=sl.Index({dim}), for units over=level",
        )
    if not isinstance(dim, int) or isinstance(dim, bool) or dim < 2:
        raise DeclarationError(f"dim= of sl.{family.name} is {describe(dim)}", expected="at least 2")
    return dim


def _check_flags(family: Family, variable: Variable) -> None:
    structured = family.structure is not None or family.spectrum is not None
    forms = family.location_scale is not None or structured
    if variable.centered is not None and (not forms or variable.observed):
        raise DeclarationError(
            f"centered= is given to a line with sl.{family.name}"
            + (" and data" if variable.observed else ""),
            expected="it on random variables of a location-scale family: "
            + ", ".join(f.name for f in FAMILIES.values() if f.location_scale),
        )
    if variable.centered not in (None, True, False, "between"):
        raise DeclarationError(
            f"centered= of sl.{family.name} is {describe(variable.centered)}",
            expected="True, False or 'between', or nothing, which leaves the choice to the plan",
        )
    if variable.centered == "between" and (family.is_vector or structured):
        what = "units" if structured else "components"
        raise DeclarationError(
            f"centered='between' is given to a line with sl.{family.name}",
            expected=f"True or False: its {what} are centred together",
        )
    if family.structure is not None:
        _check_structured(family, variable)
    if variable.ordered and (family.support.shape != "scalar" or family.discrete or variable.observed):
        raise DeclarationError(
            f"ordered=True is given to sl.{family.name}" + (" with data" if variable.observed else ""),
            expected="it on a latent continuous quantity over an Index",
        )


def _check_structured(family: Family, variable: Variable) -> None:
    """A line whose units are correlated stands over levels and has no data."""
    name = family.composed.base if family.composed is not None else family.name
    listed = family.structure is not None and family.structure.needs == GROUPS and variable.over
    if not any(isinstance(axis, Level) for axis in variable.over) and not listed:
        raise DeclarationError(
            f"sl.{name} has no level in over=, and its units are to be correlated",
            expected="the level whose units these are",
            way_out=f"write sl.{name}(..., over=level)",
        )
    if variable.observed or variable.ordered:
        raise DeclarationError(
            f"sl.{name}, whose units are correlated, is given "
            + ("data" if variable.observed else "ordered=True"),
            expected="a line without data, which stands in the mean of one that has them",
            way_out=f"write u = sl.{name}(..., over=level), and y = sl.Normal(u, noise, observed=True)",
        )
