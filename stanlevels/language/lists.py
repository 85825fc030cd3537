"""Lists as arguments: a number or a quantity for every component of the line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from stanlevels.distributions.table import Family, Parameter
from stanlevels.errors import DeclarationError, listing
from stanlevels.language.declarations import Index
from stanlevels.language.expressions import Covariates, Expression
from stanlevels.language.messages.meant import instead_of_number
from stanlevels.words import counted

__all__ = ["Labelled", "as_list", "check_list", "takes_lists"]


class Labelled(tuple[Any, ...]):
    """Entries of a list that a dict names: of categories, by label."""

    labels: tuple[Any, ...]

    @classmethod
    def of(cls, labels: Iterable[Any], entries: Iterable[Any]) -> Labelled:
        """Labels and as many entries."""
        found = cls(entries)
        found.labels = tuple(labels)
        return found


def as_list(value: Any) -> list[Any] | None:
    """The entries of a list, a tuple, an array or a Series; None for what is none of these.

    Examples
    --------
    >>> import numpy as np
    >>> as_list((1, 2)), as_list(np.ones(2)), as_list("ab"), as_list(np.ones((2, 2)))
    ([1, 2], [1.0, 1.0], None, None)
    """
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return list(value)
    one_dimensional = len(getattr(value, "shape", ())) == 1
    for name in ("tolist", "to_list"):
        if one_dimensional and callable(found := getattr(value, name, None)):
            return list(found())
    return None


def takes_lists(family: Family, parameter: Parameter) -> bool:
    """Whether an argument may be a list in a line with components, though it is one number in others."""
    single = parameter.support.shape == "scalar" and family.is_scalar
    return single and not family.discrete and not parameter.is_known


def check_list(family: Family, parameter: Parameter, value: Any, axes: Sequence[object]) -> None:
    """Refuse a list where the line has no components, or not as many as the list has entries.

    How many covariates there are is known when data are bound.

    Raises
    ------
    DeclarationError
        With the line's own numbers.
    """
    where, entries = f"{parameter.name} of sl.{family.name}", as_list(value) or []
    along = [axis for axis in axes if isinstance(axis, Index | Covariates)]
    if not takes_lists(family, parameter) or len(along) != 1:
        if isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], Expression):
            raise DeclarationError(
                f"{where} is given a tuple of one",
                expected="a number, a quantity or an expression",
                way_out="a comma at the end of a line makes a tuple of it: leave the comma out",
            )
        column = instead_of_number(value)
        several = len(along) > 1
        raise DeclarationError(
            f"{where} is given {'a list' if isinstance(value, list | tuple) else 'an array'} of"
            f" {counted(len(entries), 'entry')}, and the line has "
            + (f"components over {len(along)} axes" if several else "no components"),
            expected="a list for a line with components along one axis"
            if several
            else "a number, a quantity or an expression",
            way_out=f"give every component an entry: sl.{family.name}([...], over=k) with"
            f" k = sl.Index({len(entries) or 2}); or {column}",
        )
    if isinstance(along[0], Index):
        _check_labels(where, value, entries, along[0].labels)


def _check_labels(where: str, value: Any, entries: list[Any], labels: tuple[str | int, ...]) -> None:
    if len(entries) != len(labels):
        raise DeclarationError(
            f"{where} has {counted(len(entries), 'entry')}, and the Index {counted(len(labels), 'label')}:"
            f" {listing(labels)}",
            expected=f"{len(labels)} entries, one per label",
        )
    own = getattr(value, "index", None)  # of a pandas Series
    if own is None or callable(own) or type(own).__name__ == "RangeIndex":
        return
    if (names := list(own)) != list(labels):
        raise DeclarationError(
            f"{where} is a Series with the labels {listing(names)}, and the Index has {listing(labels)}",
            expected="the same labels in the same order",
            way_out="order it (values.loc[[...]]), or give the numbers alone: values.tolist()",
        )
