"""One column of data, free of any dataframe library: numbers, or codes into labels."""

from __future__ import annotations

import datetime as dt
import decimal
import math
import numbers
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from stanlevels.arrays import Array
from stanlevels.binding.read.not_numbers import not_numeric
from stanlevels.errors import DataError
from stanlevels.words import shown

__all__ = [
    "Kind",
    "ReadColumn",
    "Values",
    "encode",
    "family_of",
    "kind_of",
    "missing_in",
    "natural_order",
    "plain_column",
]

Kind = Literal["boolean", "integer", "float", "text", "date", "other", "empty"]

_NULL_TYPES = {"NoneType", "NAType", "NaTType"}
_INT64 = np.iinfo(np.int64)

_SMALLEST = 1e-140  # a number whose square a sum of many can still hold


@dataclass(frozen=True)
class Values:
    """A column without missing values.

    Attributes
    ----------
    name : str
        The column's name.
    kind : str
        What the values are.
    data : ndarray, (n,)
        Numbers or booleans; where `labels` is given, codes into it.
    labels : tuple or None
        The distinct values of what cannot be held as plain numbers, in the order that units take:
        the category order, else sorted, else by first appearance.
    categorical, ordered : bool
        Whether the order of `labels` was declared by the data's own type, and whether that type
        says that the order means something.
    """

    name: str
    kind: Kind
    data: Array
    labels: tuple[Any, ...] | None = None
    categorical: bool = False
    ordered: bool = False

    def __len__(self) -> int:
        return len(self.data)

    def take(self, index: Array) -> Values:
        """The values at `index` (positions or a mask), as a copy."""
        return replace(self, data=self.data[index])

    def factorize(self) -> tuple[npt.NDArray[np.int64], list[Any]]:
        """Codes (n,) and the distinct values that occur, as Python objects, in the units' order."""
        if self.labels is None:
            found, codes = np.unique(self.data, return_inverse=True)
            return codes.astype(np.int64).reshape(-1), found.tolist()
        position = np.cumsum(self._used) - 1
        return position[self.data], [
            label for label, used in zip(self.labels, self._used, strict=True) if used
        ]

    def tolist(self, index: Array | list[int] | slice = slice(None)) -> list[Any]:
        """The values themselves, as Python objects."""
        picked = self.data[index].tolist()
        return picked if self.labels is None else [self.labels[code] for code in picked]

    @property
    def unused(self) -> list[Any]:
        """Declared categories that no row has."""
        if not self.categorical or self.labels is None:
            return []
        return [label for label, used in zip(self.labels, self._used.tolist(), strict=True) if not used]

    @property
    def distinct(self) -> int:
        """How many different values there are."""
        return len(np.unique(self.data)) if self.labels is None else int(self._used.sum())

    @property
    def _used(self) -> npt.NDArray[np.bool_]:
        """Which labels occur."""
        return np.bincount(self.data, minlength=len(self.labels or ())) > 0

    @property
    def is_numeric(self) -> bool:
        """Whether the values are numbers or booleans (or there are none)."""
        return self.labels is None or self.kind == "empty" or self._is_wide

    @property
    def _is_wide(self) -> bool:
        """Whether the labels are integers that 64 bits cannot hold."""
        return self.kind in ("integer", "float") and not self.categorical

    def numeric(self, where: str = "") -> Array:
        """The values as int64 or float64, booleans as 0 and 1.

        Raises
        ------
        DataError
            If they are not numbers.
        """
        if self.kind == "empty":
            return np.zeros(len(self), dtype=np.float64)
        if self.labels is None:
            found = self.data.astype(np.int64) if self.kind == "boolean" else self.data
            return _in_range(found, f"column {self.name!r}{where}")
        if self._is_wide:
            return _in_range(self._wide_numbers(where), f"column {self.name!r}{where}")
        raise not_numeric(self.name, where, self.kind, self.factorize()[1], categorical=self.categorical)

    def _wide_numbers(self, where: str) -> Array:
        """Integers that 64 bits cannot hold as the nearest floating numbers."""
        found = np.array([_as_float(label) for label in self.labels or ()])
        if np.isinf(found).any():
            raise DataError(
                f"column {self.name!r}{where} holds numbers too large to compute with: the largest has"
                f" {len(str(max(map(abs, self.labels or ()))))} digits",
                expected="numbers below 1.8e308",
            )
        return np.asarray(found[self.data])


def _in_range(values: Array, where: str) -> Array:
    """The values, where their squares are numbers too.

    Raises
    ------
    DataError
        If they are all so small, or one is so large, that sums of squares are not.
    """
    if values.dtype.kind != "f":
        return values
    largest = float(np.abs(values).max(initial=0.0))
    if largest == 0 or _SMALLEST <= largest <= 1 / _SMALLEST:
        return values
    what = "large" if largest > 1 else "small"
    raise DataError(
        f"{where} holds numbers too {what} to compute with: the largest, {largest:.3g}, has no square",
        expected=f"numbers of sizes between {_SMALLEST:g} and {1 / _SMALLEST:g}",
        way_out=f"divide the column by a unit, such as 1e{int(np.floor(np.log10(largest)))}",
    )


@dataclass(frozen=True)
class ReadColumn:
    """A column as read: its values, with any placeholder where `missing` or `infinite` is True."""

    values: Values
    missing: npt.NDArray[np.bool_]
    infinite: npt.NDArray[np.bool_]

    @property
    def absent(self) -> npt.NDArray[np.bool_]:
        """Where there is no usable value."""
        return self.missing | self.infinite


def missing_in(items: Sequence[Any]) -> npt.NDArray[np.bool_]:
    """Where a list of Python objects has None, NaN, pandas.NA or NaT."""
    types = set(map(type, items))
    if not any(
        t.__name__ in _NULL_TYPES or issubclass(t, float | np.floating | decimal.Decimal) for t in types
    ):
        return np.zeros(len(items), dtype=bool)
    return np.fromiter(map(_is_missing, items), dtype=bool, count=len(items))


def _is_missing(item: Any) -> bool:
    if type(item).__name__ in _NULL_TYPES:
        return True
    if isinstance(item, decimal.Decimal):
        return item.is_nan()  # a signalling NaN refuses to be compared
    return isinstance(item, float | np.floating) and bool(item != item)


def family_of(kind: type) -> str:
    """The name of the kind of value that a Python type is, for deciding whether types mix."""
    families = (
        ((bool, np.bool_), "boolean"),
        ((numbers.Integral,), "integer"),
        ((numbers.Real, decimal.Decimal), "float"),
        ((str,), "text"),
        ((dt.datetime,), "datetime"),
        ((dt.date,), "date"),
    )
    for bases, name in families:
        if issubclass(kind, bases):
            return name
    return kind.__name__


def encode(name: str, items: Sequence[Any], missing: npt.NDArray[np.bool_] | None = None) -> ReadColumn:
    """A list of Python objects as a column.

    Raises
    ------
    DataError
        If types are mixed (both are named) or values cannot be compared for equality.
    """
    gone = missing_in(items) if missing is None else missing
    known = (
        [item for item, lost in zip(items, gone.tolist(), strict=True) if not lost] if gone.any() else items
    )
    kind = kind_of(name, known)
    if kind in ("boolean", "integer", "float"):
        plain = _as_numbers(kind, known, gone)
        if plain is not None:
            return plain_column(name, plain, gone)
    try:
        seen = dict.fromkeys(known)
    except TypeError:
        raise DataError(
            f"column {name!r} holds {_first_unhashable(known)}, which are neither numbers nor labels",
            expected="one value per row: numbers, text, booleans or dates",
            way_out="give each entry a column of its own, or a row of its own",
        ) from None
    labels = natural_order(seen)
    rank = {label: code for code, label in enumerate(labels)}
    data = np.zeros(len(items), dtype=np.int64)
    data[~gone] = np.fromiter(map(rank.__getitem__, known), dtype=np.int64, count=len(known))
    texts = tuple(str(label) for label in labels) if kind == "text" else tuple(labels)
    return ReadColumn(Values(name, kind, data, texts), gone, np.zeros(len(items), dtype=bool))


def _first_unhashable(known: Sequence[Any]) -> str:
    """The first value that cannot be a label, by its type and its text as far as that is short."""
    for item in known:
        try:
            hash(item)
        except TypeError:
            text = repr(item)
            return f"{type(item).__name__} values such as {text if len(text) <= 60 else f'{text[:57]}...'}"
    return "values"


_KINDS: Mapping[str, Kind] = {
    "boolean": "boolean",
    "integer": "integer",
    "float": "float",
    "text": "text",
    "date": "date",
    "datetime": "date",
}


def kind_of(name: str, known: Iterable[Any]) -> Kind:
    """What the values of a column are.

    Raises
    ------
    DataError
        If types are mixed; both are named.
    """
    example: dict[str, Any] = {}
    for kind in set(map(type, known)):
        example.setdefault(family_of(kind), kind)
    if not example:
        return "empty"
    if set(example) == {"integer", "float"}:
        return "float"
    if len(example) > 1:
        raise _mixed(name, known)
    (family,) = example
    return _KINDS.get(family, "other")


def _mixed(name: str, known: Iterable[Any]) -> DataError:
    first: dict[str, Any] = {}
    for item in known:
        first.setdefault(family_of(type(item)), item)
    parts = [f"{family} ({shown(item)})" for family, item in sorted(first.items())]
    return DataError(
        f"column {name!r} mixes types: {' and '.join(parts)}",
        expected="values of one type, so that the units have an order and labels of one kind",
        way_out=f"convert it first: numbers with pandas.to_numeric(df[{name!r}]) (errors='coerce' turns the"
        f" rest into missing values), labels with df[{name!r}].astype(str)",
    )


def _as_numbers(kind: Kind, known: Sequence[Any], gone: npt.NDArray[np.bool_]) -> Array | None:
    """The known values in an array of full length; None where 64 bits cannot hold the integers."""
    if kind == "integer" and known and (max(known) > _INT64.max or min(known) < _INT64.min):
        return None
    dtype = {"boolean": np.bool_, "integer": np.int64, "float": np.float64}[kind]
    full: Array = np.zeros(len(gone), dtype=dtype)
    full[~gone] = np.array([_as_float(item) for item in known] if kind == "float" else list(known), dtype)
    return full


def _as_float(number: Any) -> float:
    """A number as the nearest that 64 bits hold; what is larger than all of them is infinite."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def plain_column(name: str, data: Array, missing: npt.NDArray[np.bool_]) -> ReadColumn:
    """A NumPy array of booleans, integers or floats as a column; the array is copied."""
    infinite = np.zeros(len(data), dtype=bool)
    if data.dtype.kind == "b":
        return ReadColumn(Values(name, "boolean", data.copy()), missing, infinite)
    if data.dtype.kind == "f":
        full = data.astype(np.float64)
        missing = missing | np.isnan(full)
        infinite = np.isinf(full) & ~missing
        full[missing | infinite] = 0.0
        return ReadColumn(Values(name, "float", full), missing, infinite)
    if data.dtype.kind == "u" and len(data) and int(data.max()) > _INT64.max:
        return encode(name, data.tolist(), missing)
    return ReadColumn(Values(name, "integer", data.astype(np.int64)), missing, infinite)


def natural_order(labels: Iterable[Any]) -> list[Any]:
    """Sorted where the labels can be compared, else in the order given."""
    labels = list(labels)
    try:
        return sorted(labels)
    except TypeError:
        return labels
