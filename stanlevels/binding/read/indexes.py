"""Series of pandas in a dict: their indexes say which values belong to one row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stanlevels.binding.read.series import is_pandas
from stanlevels.errors import DataError, listing

__all__ = ["aligned"]


def aligned(columns: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The same columns, Series in the order of the first one's index.

    What has no index (arrays, lists, series of other libraries) is left in its own order.

    Raises
    ------
    DataError
        If the indexes are not one and the same but for their order, or differ in order beside columns
        that have none: nobody could say to which row those belong.
    """
    series = {n: item for n, item in columns.items() if is_pandas(item) and getattr(item, "ndim", 0) == 1}
    indexed = {name: item.index for name, item in series.items() if hasattr(item, "index")}
    first = next(iter(indexed), "")
    moved = [name for name, index in indexed.items() if not index.equals(indexed[first])]
    if not moved:
        return dict(columns)
    target = indexed[first]
    for name in moved:
        if not _same_labels(target, indexed[name]):
            raise _different(first, name, target, indexed[name], where)
    if loose := [name for name in columns if name not in indexed]:
        raise DataError(
            f"the Series {first!r} and {moved[0]!r} of {where} have their rows in different orders, and"
            f" {listing(loose)} beside them no index at all",
            expected="Series with one index, or arrays, whose rows belong together in order",
            way_out="give every column an index (pandas.Series(..., index=...)), or .to_numpy() to take all"
            " of them in order",
        )
    return {n: c.take(indexed[n].get_indexer(target)) if n in moved else c for n, c in columns.items()}


def _same_labels(a: Any, b: Any) -> bool:
    """Whether one index is the other in another order, with every label once."""
    return len(a) == len(b) and a.is_unique and b.is_unique and bool((b.get_indexer(a) >= 0).all())


def _different(first: str, name: str, a: Any, b: Any, where: str) -> DataError:
    lost = a.difference(b, sort=False).tolist() or b.difference(a, sort=False).tolist()
    return DataError(
        f"the Series {first!r} and {name!r} of {where} have different indexes: "
        + (f"only one of them has {listing(lost)}" if lost else "labels occur more than once"),
        expected="Series with one index, or arrays, whose rows belong together in order",
        way_out="pandas.DataFrame(...) aligns them by their index; .to_numpy() takes them in order",
    )
