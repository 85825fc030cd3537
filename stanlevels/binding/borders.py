"""Areas that vary about their neighbours, from a table of borders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.binding.levels.levels import BoundLevel
from stanlevels.distributions.structures import Borders
from stanlevels.errors import DataError, listing

__all__ = ["read_borders"]


def read_borders(name: str, given: Any, level: BoundLevel) -> tuple[tuple[Any, ...], Borders, int]:
    """What an intrinsic autoregression is at scale 1, with the sum of areas that hang together at 0.

    Its precision is the graph's Laplacian, scaled for each part that hangs together so that
    the geometric mean of its variances is 1 (Riebler et al. 2016; Freni-Sterrantino et al. 2018). An area
    without a neighbour has a variance of 1.

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
    Borders
    int
        Units of the level without a neighbour.
    """
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
    borders = {tuple(sorted((place[one], place[other]))) for one, other in pairs}
    sides = np.array(sorted(borders), dtype=np.int64).reshape(-1, 2)
    found = _scaled(sides[:, 0], sides[:, 1], len(labels))
    islands = sum(label not in known for label in level.labels)
    return labels, found, islands


def _scaled(one: Codes, other: Codes, n: int) -> Borders:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components, laplacian

    ends = (np.concatenate([one, other]), np.concatenate([other, one]))
    W = coo_array((np.ones(2 * len(one)), ends), shape=(n, n)).tocsr()
    parts, part = connected_components(W, directed=False)
    L = laplacian(W).tocsc()
    members = np.split(np.argsort(part, kind="stable"), np.cumsum(np.bincount(part, minlength=parts))[:-1])
    sizes = [
        float(np.exp(np.log(_variances(L[:, own][own])).mean())) if len(own) > 1 else 1 for own in members
    ]
    return Borders(one, other, part.astype(np.int64), np.array(sizes, dtype=float))


def _variances(L: Any) -> Array:
    """The diagonal of the pseudo-inverse of a Laplacian, (areas, areas), of areas that hang together.

    Without one area it has a Cholesky factor, and this a narrow band in a good order of areas. With G the
    inverse there, 0 of that area, and C less the mean, the pseudo-inverse is C G C.
    """
    from scipy.linalg import cho_solve_banded, cholesky_banded
    from scipy.sparse.csgraph import reverse_cuthill_mckee

    n = L.shape[0]
    order = reverse_cuthill_mckee(L.tocsr(), symmetric_mode=True)
    rest = L[:, order][order][1:, 1:].tocoo()
    rows, columns = rest.coords
    below = rows >= columns
    band = np.zeros((int((rows - columns).max()) + 1, n - 1))
    band[(rows - columns)[below], columns[below]] = rest.data[below]
    root = cholesky_banded(band, lower=True)
    own = np.concatenate([[0.0], _diagonal_of_inverse(root)])
    sums = np.concatenate([[0.0], cho_solve_banded((root, True), np.ones(n - 1))])
    found = np.empty(n)
    found[order] = own - 2 * sums / n + sums.sum() / n**2
    return found


def _diagonal_of_inverse(root: Array) -> Array:
    """Of the matrix whose Cholesky factor has these diagonals, (width + 1, n), by Takahashi's recursion.

    Each column of the inverse within the band follows from those of the next ones.
    """
    found = np.empty(root.shape[1])
    after = np.zeros((len(root) - 1, len(root) - 1))
    for j in range(len(found) - 1, -1, -1):
        column = root[1:, j] / root[0, j]
        beside = -after @ column
        found[j] = 1 / root[0, j] ** 2 - column @ beside
        after[1:, 1:] = after[:-1, :-1].copy()
        after[:1, :1] = found[j]
        after[:1, 1:] = beside[None, :-1]
        after[1:, :1] = beside[:-1, None]
    return found


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
