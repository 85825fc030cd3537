"""Reading the files that CmdStan writes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stanlevels.arrays import Array
from stanlevels.engines.disk import room
from stanlevels.engines.unflatten import kept
from stanlevels.errors import EngineError

_AT_ONCE = 2_000_000  # numbers whose text is held at once

__all__ = ["Output", "metric_of", "read_csv", "read_output"]


@dataclass(frozen=True, eq=False)
class Output:
    """A file of CmdStan's.

    Attributes
    ----------
    names : tuple of str
        Of the columns.
    table : array (rows, columns)
    comments : tuple of str
        Without the sign that begins them.
    """

    names: tuple[str, ...]
    table: Array
    comments: tuple[str, ...]


def read_csv(path: Path) -> tuple[tuple[str, ...], Array]:
    """Names and rows (rows, columns) of a file; see `read_output`."""
    output = read_output(path)
    return output.names, output.table


def read_output(path: Path, keep: Collection[str] | None = None) -> Output:
    """A file that must be whole; of the variables of a draw those in `keep`, by default all.

    It is read some lines at a time, and numbers that are not kept are never parsed: the text of many units is
    far larger than their draws.

    Raises
    ------
    EngineError
        If it is missing, empty, or has a row that is cut off.
    """
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return _read(file, path, keep)
    except OSError as error:
        raise EngineError(f"CmdStan wrote no results: {error}") from None


def _read(lines: Iterable[str], path: Path, keep: Collection[str] | None) -> Output:
    comments: list[str] = []
    header: list[str] = []
    rows: list[str] = []
    tables: list[Array] = []
    done = 0
    for line in map(str.strip, lines):
        if line.startswith("#"):
            comments.append(line.lstrip("# "))
        elif line and not header:
            header = line.split(",")
            columns = _kept(header, keep)
        elif line:
            rows.append(line)
            if len(rows) * len(header) >= _AT_ONCE:
                tables.append(_table(rows, columns, len(header), done, path))
                done, rows = done + len(rows), []
    if rows:
        tables.append(_table(rows, columns, len(header), done, path))
    if not tables:
        raise EngineError(
            f"CmdStan's file {path.name} holds no rows",
            way_out=f"check that the disk is not full ({room(path.parent)})",
        )
    table = tables[0] if len(tables) == 1 else np.concatenate(tables)
    return Output(tuple(header[column] for column in columns), table, tuple(comments))


def _kept(header: list[str], keep: Collection[str] | None) -> list[int]:
    """Positions of what is kept, and of the sampler's own columns."""
    if keep is None:
        return list(range(len(header)))
    wanted = set(np.arange(len(header))[kept(header, keep)].tolist())
    return [position for position, name in enumerate(header) if position in wanted or name.endswith("__")]


def _table(rows: list[str], columns: list[int], width: int, done: int, path: Path) -> Array:
    """Some rows as numbers; `done` rows of the file came before them."""
    for number, row in enumerate(rows, start=done + 1):
        if (found := row.count(",") + 1) != width:
            raise EngineError(
                f"row {number} of {done + len(rows)} in CmdStan's file {path.name} has {found} columns",
                expected=f"{width} columns",
                way_out=f"the file is cut off: check that the disk is not full ({room(path.parent)})",
            )
    try:
        table: Array = np.loadtxt(rows, delimiter=",", comments=None, ndmin=2, usecols=columns)
    except ValueError as error:
        raise EngineError(
            f"CmdStan's file {path.name} holds what is no number: {error}",
            way_out=f"the file is damaged: check that the disk is not full ({room(path.parent)})",
        ) from None
    return table


def metric_of(comments: tuple[str, ...]) -> Array | None:
    """The inverse metric after warm-up, (n,) or (n, n), which a sampler's comments hold unless it is unit_e.

    Examples
    --------
    >>> metric_of(("Adaptation terminated", "Diagonal elements of inverse mass matrix:", "0.5, 2"))
    array([0.5, 2. ])
    """
    for start, line in enumerate(comments):
        if line.startswith(("Diagonal elements", "Elements of inverse")):
            rows = []
            for row in comments[start + 1 :]:
                if row.startswith("Elapsed") or not row.strip():
                    break
                rows.append(np.array(row.split(","), dtype=np.float64))
            if line.startswith("Diagonal"):
                return rows[0] if rows else np.empty(0)
            return np.array(rows).reshape(len(rows), len(rows))
    return None
