"""Data as the JSON document that Stan reads.

Whole numbers are written as whole numbers and checked against Stan's 32 bits (JSON readers turn larger
ones silently negative); reals always look like reals, and what is not finite is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.engines.base import Data
from stanlevels.errors import DataError, listing

__all__ = ["entry", "rows_to_json", "to_json"]

_LARGEST = 2**31 - 1


def to_json(data: Data) -> str:
    """The JSON text of a mapping of numbers and arrays.

    Parameters
    ----------
    data : mapping
        Python numbers, booleans, NumPy arrays or nested lists of them. Arrays keep their shape, also when
        an axis has length 0.

    Raises
    ------
    DataError
        If an entry is not numeric, not finite, ragged, masked, or a whole number beyond 32 bits; it is named.

    Examples
    --------
    >>> to_json({"N": 2, "y": [1.0, 2.5]})
    '{"N": 2, "y": [1.0, 2.5]}'
    """
    return json.dumps({name: entry(name, value).tolist() for name, value in data.items()}, allow_nan=False)


def rows_to_json(table: Mapping[str, Array]) -> Iterator[str]:
    """The JSON text of every row of arrays (rows, *dims): as `to_json`, but checked all at once.

    Examples
    --------
    >>> list(rows_to_json({"a": np.array([1.0, 2.0]), "b": np.array([[3.0], [4.0]])}))
    ['{"a": 1.0, "b": [3.0]}', '{"a": 2.0, "b": [4.0]}']
    """
    columns = [entry(name, value).tolist() for name, value in table.items()]
    for row in zip(*columns, strict=True):
        yield json.dumps(dict(zip(table, row, strict=True)))


def entry(name: str, value: Any) -> Array:
    """One entry as an array of int64 or float64, checked.

    Raises
    ------
    DataError
        As for `to_json`.
    """
    array = _array(name, value)
    if array.dtype == bool:
        return array.astype(np.int64)
    if np.issubdtype(array.dtype, np.integer):
        return _whole(name, array)
    return _real(name, array)


def _array(name: str, value: Any) -> Array:
    if np.ma.is_masked(value):
        raise DataError(f"data entry {name!r} has masked cells", way_out="drop or fill them first")
    try:
        array = np.asarray(value)
    except (ValueError, TypeError) as error:
        raise DataError(f"data entry {name!r} is not a rectangular array: {error}") from error
    if array.dtype.kind not in "biuf":
        raise DataError(
            f"data entry {name!r} is of type {array.dtype}: {listing(array.ravel()[:5].tolist())}",
            expected="whole numbers, reals, or booleans",
        )
    return array


def _whole(name: str, array: Array) -> Array:
    beyond = (array > _LARGEST) | (array < -_LARGEST - 1)
    if beyond.any():
        raise DataError(
            f"data entry {name!r} has {int(beyond.sum())} whole numbers beyond Stan's range: "
            f"{listing(array[beyond][:5])}",
            expected=f"between {-_LARGEST - 1} and {_LARGEST}",
            way_out="pass them as reals where they are quantities, or number them anew where they are labels",
        )
    return array.astype(np.int64)


def _real(name: str, array: Array) -> Array:
    array = array.astype(np.float64)
    bad = ~np.isfinite(array)
    if bad.any():
        raise DataError(
            f"data entry {name!r} has {int(bad.sum())} values that are not finite: {listing(array[bad][:5])}",
            expected="finite numbers",
        )
    return array
