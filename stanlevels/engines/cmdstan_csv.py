"""Reading the files that CmdStan writes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stanlevels.arrays import Array
from stanlevels.engines.disk import room
from stanlevels.errors import EngineError

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


def read_output(path: Path) -> Output:
    """A file that must be whole.

    Raises
    ------
    EngineError
        If it is missing, empty, or has a row that is cut off.
    """
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise EngineError(f"CmdStan wrote no results: {error}") from None
    comments = tuple(line.lstrip("# ") for line in lines if line.startswith("#"))
    rows = [line for line in lines if line and not line.startswith("#")]
    if len(rows) < 2:
        raise EngineError(
            f"CmdStan's file {path.name} holds no rows",
            way_out=f"check that the disk is not full ({room(path.parent)})",
        )
    names = tuple(rows.pop(0).split(","))
    return Output(names, _table(rows, len(names), path), comments)


def _table(rows: list[str], columns: int, path: Path) -> Array:
    for number, row in enumerate(rows, start=1):
        if (found := row.count(",") + 1) != columns:
            raise EngineError(
                f"row {number} of {len(rows)} in CmdStan's file {path.name} has {found} columns",
                expected=f"{columns} columns",
                way_out=f"the file is cut off: check that the disk is not full ({room(path.parent)})",
            )
    try:
        table: Array = np.loadtxt(rows, delimiter=",", comments=None, ndmin=2)
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
