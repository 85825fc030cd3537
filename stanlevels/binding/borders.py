"""The covariance of areas that vary about their neighbours, from a table of borders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.binding.levels.levels import BoundLevel
from stanlevels.errors import DataError, listing

__all__ = ["covariance_of_borders"]

_RIDGE = 1e-8


def covariance_of_borders(name: str, given: Any, level: BoundLevel) -> tuple[tuple[Any, ...], Array, int]:
    """What an intrinsic autoregression is at scale 1, with the sum of areas that hang together at 0.

    The inverse of the graph's Laplacian where it has one, scaled for each part that hangs together so that
    the geometric mean of its variances is 1 (Riebler et al. 2016; Freni-Sterrantino et al. 2018). An area
    without a neighbour has a variance of 1. A hundred-millionth is added to the diagonal.

    Parameters
    ----------
    name : str
    given : frame, sequence of pairs, or mapping
        Pairs of labels; a mapping has the neighbours of each.
    level : BoundLevel
        Its units are among the areas.

    Returns
    -------
    tuple
        Labels of areas.
    ndarray, (areas, areas)
    int
        Units of the level without a neighbour.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    pairs = _pairs(name, given)
    if not pairs and level.size > 1:
        raise DataError(
            f"the table {name!r} of borders is empty: every unit of level {level.name!r} would be an island",
            expected=f"pairs of neighbours, such as {listing(level.labels, 2)}",
            way_out="without borders, effects are independent: sl.Normal(0, sd, over=...)",
        )
    known = {label for pair in pairs for label in pair}
    if known and not known & set(level.labels):
        raise DataError(
            f"the table {name!r} names no unit of level {level.name!r}: it has"
            f" {listing(sorted(known, key=str))}",
            expected=f"pairs of units, such as {listing(level.labels, 2)}",
        )
    labels = tuple(dict.fromkeys((*level.labels, *sorted(known - set(level.labels), key=str))))
    place = {label: i for i, label in enumerate(labels)}
    n = len(labels)
    W = np.zeros((n, n))
    for one, other in pairs:
        W[place[one], place[other]] = W[place[other], place[one]] = 1.0
    _, part = connected_components(coo_array(W), directed=False)
    found = np.zeros((n, n))
    for k in range(int(part.max(initial=-1)) + 1):
        own = np.flatnonzero(part == k)
        found[np.ix_(own, own)] = _of_part(W[np.ix_(own, own)])
    islands = sum(not W[place[label]].any() for label in level.labels)
    return labels, found + _RIDGE * np.eye(n), islands


def _of_part(W: Array) -> Array:
    n = len(W)
    if n == 1:
        return np.ones((1, 1))
    mean = np.full((n, n), 1 / n)
    inverse = np.linalg.inv(np.diag(W.sum(axis=1)) - W + mean) - mean
    return np.asarray(inverse / np.exp(np.log(np.diag(inverse)).mean()))


def _pairs(name: str, given: Any) -> list[tuple[Any, Any]]:
    if isinstance(given, Mapping):
        found = [(area, other) for area, others in given.items() for other in others]
    elif hasattr(given, "columns") and hasattr(given, "to_numpy"):
        if len(given.columns) != 2:
            raise _no_pairs(name, f"has the columns {listing(given.columns)}")
        found = [tuple(row) for row in given.to_numpy().tolist()]
    else:
        found = _listed(name, given)
    if any(_is_nothing(area) for pair in found for area in pair):
        raise _no_pairs(name, "has rows that lack an area")
    if selves := [one for one, other in found if one == other]:
        raise DataError(
            f"the table {name!r} has areas that border on themselves: {listing(selves)}",
            expected="two areas in each row",
        )
    return [(_plain(one), _plain(other)) for one, other in found]


def _listed(name: str, given: Any) -> list[tuple[Any, Any]]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise _no_pairs(name, f"is {listing([given])}")
    found = [
        tuple(pair) if isinstance(pair, Iterable) and not isinstance(pair, str) else () for pair in given
    ]
    if any(len(pair) != 2 for pair in found):
        raise _no_pairs(name, "holds what are no pairs")
    return [(pair[0], pair[1]) for pair in found]


def _no_pairs(name: str, what: str) -> DataError:
    return DataError(
        f"the table {name!r} of borders {what}",
        expected="two columns of areas, a list of pairs, or a dict with the neighbours of each area",
    )


def _is_nothing(area: Any) -> bool:
    return area is None or bool(area != area)


def _plain(label: Any) -> Any:
    return label.item() if isinstance(label, np.generic) else label
