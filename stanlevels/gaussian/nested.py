"""Effects of nested levels given what depends on them: messages up the levels, draws down, all at once.

For one draw of everything else, rows are ``y = Z u + e`` with e of variance 1 / w, and each unit of a level
lies in one unit of the next. What the rows below a unit say of its effects u and of those further up, a, is
held as a triangular system

    t = R u + B a + noise of variance 1,        S a = r + noise of variance 1,

made by orthogonal transformations of rows (modified Gram and Schmidt), never from sums of squares: so no
digits are lost where one unit has a million rows, or a standard deviation is 0. With ``u = L v`` and v
standard normal, leaving v out turns the first line into one about a alone, with noise ``I + R L L' R'``; and
given a, v is normal with precision ``I + L' R' R L``.

Arrays have a place for every unit and draw, (units or 1, draws or 1); small matrices are lists of lists of
them, so that all units and draws are handled together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.arrays import Array, Codes

__all__ = ["Entry", "Lines", "Matrix", "System", "drawn", "passed", "reduced", "triangular"]

_NOTHING = 1e-10  # of a column's length, below which what is left of it is rounding

Entry = Array | None
"""Numbers for every unit and draw; None where all are 0."""

Matrix = list[list[Entry]]


@dataclass(frozen=True, eq=False)
class Lines:
    """Some lines of a system, each with noise of variance 1.

    Attributes
    ----------
    columns : list of list of ndarray or None
        A list of columns for each line: what the effects are multiplied by.
    right : list of ndarray or None
        What they are to be.
    unit : ndarray of int, (n,)
        The unit in whose system each place stands.
    sums : sparse array, (units, n)
        Adds up the places of each unit.
    """

    columns: Matrix
    right: list[Entry]
    unit: Codes
    sums: Any


@dataclass(frozen=True, eq=False)
class System:
    """What is known of the effects of units, and of what these lie in: upper triangular.

    Attributes
    ----------
    root : list of list of ndarray or None
        Line by line, with as many columns.
    right : list of ndarray or None
    own : int
        How many of the columns are of the units' own effects: the first.
    """

    root: Matrix
    right: list[Entry]
    own: int


def triangular(z: Array, weights: Array, cells: Codes, count: int) -> tuple[Array, Any]:
    """Rows in cells as a triangular system for each cell, as far as it is the same for every draw.

    Parameters
    ----------
    z : ndarray, (n, c)
    weights : ndarray, (n,)
        Precision of the rows.
    cells : ndarray of int, (n,)
    count : int
        Number of cells.

    Returns
    -------
    root : ndarray, (count, c, c)
    rotation : sparse array, (count * c, n)
        Times the right-hand side of the rows gives that of the systems.
    """
    from scipy import sparse

    n, c = z.shape
    scale = np.sqrt(weights)
    left = [scale * z[:, k] for k in range(c)]
    sizes = [np.bincount(cells, x * x, count) for x in left]
    root, parts = np.zeros((count, c, c)), []
    for a in range(c):
        square = np.bincount(cells, left[a] * left[a], count)
        length = np.sqrt(np.where(square > _NOTHING**2 * sizes[a], square, 0.0))
        unit = left[a] * _inverse(length)[cells]
        root[:, a, a] = length
        for b in range(a + 1, c):
            along = np.bincount(cells, unit * left[b], count)
            root[:, a, b] = along
            left[b] = left[b] - unit * along[cells]
        parts.append(unit * scale)
    rows = (cells[:, None] * c + np.arange(c)).ravel()
    entries = np.stack(parts, axis=1).ravel() if c else np.zeros(0)
    at = (rows, np.repeat(np.arange(n), c))
    return root, sparse.csr_array((entries, at), shape=(count * c, n))


def reduced(sources: Sequence[Lines], own: int, width: int) -> System:
    """One triangular system of `width` columns for each unit, from all lines that speak of it."""
    rows = [_Part([list(line) for line in s.columns], list(s.right), s.unit, s.sums) for s in sources]
    root: Matrix = [[None] * width for _ in range(width)]
    found: list[Entry] = [None] * width
    sizes = [_over(rows, a, a) for a in range(1, width)]
    for a in range(width):
        square = _over(rows, a, a)
        if square is None:
            continue
        if a:
            square = np.where(square > _NOTHING**2 * _there(sizes[a - 1]), square, 0.0)
        length = np.sqrt(square)
        inverse = _inverse(length)
        root[a][a] = length
        found[a] = _product(_over(rows, a, None), inverse)
        for b in range(a + 1, width):
            root[a][b] = _product(_over(rows, a, b), inverse)
        if a + 1 < width:
            for part in rows:
                part.without(
                    a, [_product(root[a][b], inverse) for b in range(width)], _product(found[a], inverse)
                )
    return System(root, found, own)


@dataclass(frozen=True, eq=False)
class _Part:
    """Lines of which one column after another is taken out."""

    columns: Matrix
    right: list[Entry]
    unit: Codes
    sums: Any

    def without(self, a: int, steps: Sequence[Entry], last: Entry) -> None:
        """Leave in the columns after `a`, and on the right, what is orthogonal to column `a`."""
        at = [None if step is None else _picked(step, self.unit) for step in (*steps, last)]
        for i, line in enumerate(self.columns):
            for b in range(a + 1, len(line)):
                line[b] = _difference(line[b], _product(line[a], at[b]))
            self.right[i] = _difference(self.right[i], _product(line[a], at[-1]))


def _over(parts: Sequence[_Part], a: int, b: int | None) -> Entry:
    """Sums of products of two columns (or of one and the right-hand side) over the lines of each unit."""
    total: Entry = None
    for part in parts:
        other = part.right if b is None else [line[b] for line in part.columns]
        product = _dot([line[a] for line in part.columns], other)
        if product is not None:
            n = part.sums.shape[1]
            total = _sum(total, np.asarray(part.sums @ np.broadcast_to(product, (n, product.shape[1]))))
    return total


def passed(
    system: System, root: Matrix, places: Sequence[int], wanted: Sequence[int]
) -> tuple[Matrix, list[Entry]]:
    """Lines about what the units lie in, their own effects left out.

    Parameters
    ----------
    system : System
    root : list of list of ndarray or None
        Lower triangular L: the effects of a unit have covariance L L'.
    places : sequence of int
        The column of each of the units' own effects; several may share one.
    wanted : sequence of int
        The columns of the effects further up.

    Returns
    -------
    columns : list of list of ndarray or None
        For each line the wanted columns.
    right : list of ndarray or None
    """
    own = system.own
    X = _times(system, root, places)
    V = [[_sum(_dot(X[i], X[j]), _ONE if i == j else None) for j in range(i + 1)] for i in range(own)]
    C = _cholesky(V)
    solved = [_forward(C, [system.root[i][b] for i in range(own)]) for b in wanted]
    lines: Matrix = [[column[i] for column in solved] for i in range(own)]
    right = _forward(C, system.right[:own])
    for a in range(own, len(system.right)):
        lines.append([system.root[a][b] if b >= a else None for b in wanted])
        right.append(system.right[a])
    kept = [i for i, line in enumerate(lines) if any(entry is not None for entry in line)]
    return [lines[i] for i in kept], [right[i] for i in kept]


def drawn(
    system: System,
    root: Matrix,
    places: Sequence[int],
    above: Sequence[tuple[int, Array]],
    standard: Sequence[Array],
) -> list[Array]:
    """Effects of units drawn from their distribution given those that they lie in.

    Parameters
    ----------
    system, root, places
        As in `passed`.
    above : sequence of (int, ndarray)
        Column and value of every effect further up, at the units.
    standard : sequence of ndarray
        Standard normal numbers, one for each of the units' own effects; zeros give the mean.
    """
    q = len(root)
    X = _times(system, root, places)
    right = []
    for i in range(system.own):
        e = system.right[i]
        for column, value in above:
            e = _difference(e, _product(system.root[i][column], value))
        right.append(e)
    columns = [[X[i][k] for i in range(system.own)] for k in range(q)]
    M = [
        [_sum(_dot(columns[k], columns[j]), _ONE if j == k else None) for j in range(k + 1)] for k in range(q)
    ]
    C = _cholesky(M)
    half = _forward(C, [_dot(columns[k], right) for k in range(q)])
    v = _backward(C, [_sum(h, z) for h, z in zip(half, standard, strict=True)])
    return [_there(_dot(root[k][: k + 1], v[: k + 1])) for k in range(q)]


# --- small matrices ------------------------------------------------------------------------------

_ONE = np.ones((1, 1))


def _there(x: Entry) -> Array:
    return np.zeros((1, 1)) if x is None else x


def _picked(x: Array, units: Codes) -> Array:
    return x if len(x) == 1 and len(units) != 1 else x[units]


def _inverse(length: Array) -> Array:
    return np.where(length > 0, 1 / np.where(length > 0, length, 1.0), 0.0)


def _product(x: Entry, y: Entry) -> Entry:
    return None if x is None or y is None else x * y


def _sum(x: Entry, y: Entry) -> Entry:
    return y if x is None else x if y is None else x + y


def _difference(x: Entry, y: Entry) -> Entry:
    return x if y is None else -y if x is None else x - y


def _ratio(x: Entry, y: Entry) -> Entry:
    return None if x is None else x / _there(y)


def _dot(x: Sequence[Entry], y: Sequence[Entry]) -> Entry:
    total: Entry = None
    for a, b in zip(x, y, strict=True):
        total = _sum(total, _product(a, b))
    return total


def _times(system: System, root: Matrix, places: Sequence[int]) -> Matrix:
    """R L: own lines by own effects."""
    q = len(root)
    R = [[system.root[i][places[k]] if places[k] >= i else None for k in range(q)] for i in range(system.own)]
    return [[_dot(line[j:], [root[k][j] for k in range(j, q)]) for j in range(q)] for line in R]


def _cholesky(A: Matrix) -> Matrix:
    """Of a matrix of which the lower half is given."""
    L: Matrix = []
    for i, row in enumerate(A):
        found: list[Entry] = []
        for j in range(i):
            found.append(_ratio(_difference(row[j], _dot(found, L[j][:j])), L[j][j]))
        found.append(np.sqrt(_there(_difference(row[i], _dot(found, found)))))
        L.append(found)
    return L


def _forward(L: Matrix, right: Sequence[Entry]) -> list[Entry]:
    """The solution of L x = right."""
    x: list[Entry] = []
    for i, row in enumerate(L):
        x.append(_ratio(_difference(right[i], _dot(row[:i], x)), row[i]))
    return x


def _backward(L: Matrix, right: Sequence[Entry]) -> list[Entry]:
    """The solution of L' x = right."""
    x: list[Entry] = [None] * len(L)
    for i in reversed(range(len(L))):
        below = range(i + 1, len(L))
        x[i] = _ratio(_difference(right[i], _dot([L[k][i] for k in below], [x[k] for k in below])), L[i][i])
    return x
