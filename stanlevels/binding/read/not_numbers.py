"""Columns that are used as numbers and are none: what they hold, and how they become numbers."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from stanlevels.errors import DataError, listing

__all__ = ["how_to_numbers", "not_numeric"]

_SIGNS = "%‰$€£¥"
_COMMA = re.compile(r"\s*[+-]?\d[\d.]*,\d+(,\d+)*\s*")
"""A number written with a decimal comma, or with commas between thousands."""


def not_numeric(name: str, where: str, kind: str, labels: Sequence[Any], *, categorical: bool) -> DataError:
    """The error for a column that is used as a number.

    Parameters
    ----------
    name, where : str
        The column, and what it is to the model, in words that follow its name.
    kind : str
        What its values are.
    labels : sequence
        Its distinct values.
    categorical : bool
        Whether the data's own type calls them categories.
    """
    return DataError(
        f"column {name!r}{where} is used as a number but holds {_noun(kind, labels, categorical)}:"
        f" {listing(labels)}",
        expected="numbers or booleans",
        way_out=how_to_numbers(name, kind, labels)
        or (
            f"convert it first, as df[{name!r}].map({{...}}) does"
            if where
            else f"sl.data({name!r}, categorical=True) among sl.covariates, or a Level of its own"
        ),
    )


def how_to_numbers(name: str, kind: str, labels: Sequence[Any]) -> str:
    """How these values become numbers, where they look as if they were meant to be; "" else."""
    if kind == "date":
        return "turn it into a number first, such as days since a first day"
    if _all_are(dt.timedelta, labels):
        return f"turn it into a number first, such as seconds: df[{name!r}].dt.total_seconds()"
    if _all_are(complex, labels):
        return "take its real part, its imaginary part or its absolute value"
    return _from_text(name, labels) if kind == "text" else ""


def _from_text(name: str, labels: Sequence[str]) -> str:
    stray = [label for label in labels if not _reads_as_number(label)]
    if stray and all(_COMMA.fullmatch(label) for label in stray):
        return (
            f"convert it first: df[{name!r}].str.replace(',', '.').astype(float) where the comma is a decimal"
            " one, str.replace(',', '') where it parts thousands"
        )
    marks = "".join(sorted({mark for label in stray for mark in _marks(label)}))
    if marks and all(_marks(label) for label in stray):
        return f"take {listing(marks)} off first: df[{name!r}].str.strip({marks + ' '!r}).astype(float)"
    if not any(map(_has_digit, set(labels).difference(stray))):
        return ""  # "nan" and "inf" among texts are names
    because = f"; {listing(stray)} cannot be read as a number" if stray else ""
    return f"convert the column to numbers before binding (pandas.to_numeric){because}"


def _marks(label: str) -> str:
    """The sign of percent or of money before or after a number; "" where that is not all there is to it."""
    bare = label.strip().strip(_SIGNS).strip()
    return "".join(sorted(set(label) & set(_SIGNS))) if _reads_as_number(bare) else ""


def _has_digit(label: str) -> bool:
    return any(map(str.isdigit, label))


def _reads_as_number(label: str) -> bool:
    try:
        float(label)
    except ValueError:
        return False
    return True


def _noun(kind: str, labels: Sequence[Any], categorical: bool) -> str:
    if categorical:
        return "categories"
    if _all_are(dt.timedelta, labels):
        return "durations"
    if _all_are(complex, labels):
        return "complex numbers"
    return {"text": "text", "date": "dates"}.get(kind, "objects")


def _all_are(kind: type, labels: Sequence[Any]) -> bool:
    return bool(labels) and all(isinstance(label, kind) for label in labels)
