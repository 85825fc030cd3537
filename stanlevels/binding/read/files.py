"""Paths to CSV and Parquet files, read with whichever library is installed."""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Callable
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import Any

from stanlevels.errors import DataError, listing

__all__ = ["read_file"]

MISSING_IN_CSV = ("", "NA", "N/A", "NaN", "nan", "null", "NULL", "<NA>")
"""What stands for a missing value in a CSV file, the same for every reader.

`None` is not among them: it is a common label.
"""

_LEADING_ZERO = re.compile(rb"(?:^|[\n\r,\"])0\d")
_READERS = ("pandas", "polars", "pyarrow")


def read_file(path: str | PathLike[str], where: str, *, as_text: tuple[str, ...] = ()) -> Any:
    """The file at `path` as a frame of pandas, else polars, else pyarrow.

    Columns named in `as_text` stay text where a number would not be written the same way: "007".

    Raises
    ------
    DataError
        If there is no such file, its ending is unknown, its header names a column twice, it is broken,
        or no library is there to read it.
    """
    file = Path(path).expanduser()
    if not file.is_file():
        raise _no_file(file, where)
    ending = file.suffix.lower()
    if ending == ".csv":
        header = _header(file, where)
        zeros = _with_leading_zeros(file, [name for name in as_text if name in header])
        return _whole(lambda: _read_csv(file, zeros), file, where, "CSV")
    if ending in (".parquet", ".pq"):
        return _whole(lambda: _read_parquet(file), file, where, "Parquet")
    raise DataError(
        f"{where}: cannot tell what {str(file)!r} holds by its ending {ending!r}",
        expected="a path that ends in .csv or .parquet",
        way_out="read it with pandas or polars and pass the frame",
    )


def _no_file(file: Path, where: str) -> DataError:
    if file.is_dir():
        return DataError(f"{where}: {str(file)!r} is a folder", expected="a path to a CSV or Parquet file")
    try:
        beside = [item.name for item in file.parent.iterdir()]
    except OSError:
        return DataError(f"{where}: there is no folder {str(file.parent)!r}", expected="a path to a file")
    near = difflib.get_close_matches(file.name, beside, n=3)
    hint = f"the folder has {listing(near)}" if near else ""
    return DataError(f"{where}: there is no file {str(file)!r}", expected="a path to a file", way_out=hint)


def _whole(read: Callable[[], Any], file: Path, where: str, kind: str) -> Any:
    """What `read` gives; the errors of whichever library reads as one of ours."""
    try:
        return read()
    except DataError:
        raise
    except Exception as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise DataError(
            f"{where}: {str(file)!r} cannot be read as {kind}: {reason}",
            expected=f"a whole {kind} file",
            way_out="read it with pandas or polars and pass the frame",
        ) from error


def _reader(where: str, choices: tuple[str, ...] = _READERS) -> str:
    for name in choices:
        if find_spec(name) is not None:
            return name
    raise DataError(
        f"nothing is installed that reads {where}",
        expected=f"one of {listing(choices)}",
        way_out=f"pip install {choices[-1]}",
    )


def _read_csv(file: Path, zeros: list[str]) -> Any:
    match _reader("CSV files"):
        case "pandas":
            import pandas as pd

            return pd.read_csv(
                file,
                keep_default_na=False,
                na_values=list(MISSING_IN_CSV),
                dtype=dict.fromkeys(zeros, "str"),
                low_memory=False,
            )
        case "polars":
            import polars as pl

            text = dict.fromkeys(zeros, pl.String)
            return pl.read_csv(
                file, null_values=list(MISSING_IN_CSV), schema_overrides=text, infer_schema_length=None
            )
        case _:
            import pyarrow as pa
            from pyarrow import csv as reader

            options = reader.ConvertOptions(
                null_values=list(MISSING_IN_CSV),
                strings_can_be_null=True,
                column_types=dict.fromkeys(zeros, pa.string()),
            )
            return reader.read_csv(file, convert_options=options)


def _header(file: Path, where: str) -> list[str]:
    """The names in the first line; readers rename duplicates silently, so they are looked for here."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            header = next(csv.reader(lines), None)
    except UnicodeDecodeError as error:
        raise DataError(
            f"{where}: {str(file)!r} is not written in UTF-8 ({error.reason})",
            expected="a CSV file in UTF-8",
            way_out="read it with pandas.read_csv(..., encoding=...) and pass the frame",
        ) from None
    if not header:
        raise DataError(f"{where}: {str(file)!r} is empty", expected="a first line with the columns' names")
    if len(header) == 1 and (found := [mark for mark in ";\t|" if mark in header[0]]):
        raise DataError(
            f"{where}: the first line of {str(file)!r} is separated by {found[0]!r}",
            expected="a CSV file with commas",
            way_out=f"pass pandas.read_csv({file.name!r}, sep={found[0]!r})",
        )
    twice = [name for name in dict.fromkeys(header) if header.count(name) > 1]
    if twice:
        raise DataError(
            f"{where}: the first line of {str(file)!r} has more than once: {listing(twice)}",
            expected="a name of its own for each column",
        )
    return header


def _with_leading_zeros(file: Path, names: list[str]) -> list[str]:
    """Which of `names` hold digits after a leading zero, that reading as integers would drop."""
    if not names or not _LEADING_ZERO.search(file.read_bytes()):
        return []
    found: set[str] = set()
    with file.open(encoding="utf-8-sig", newline="") as lines:
        for record in csv.DictReader(lines):
            for name in names:
                value = record.get(name) or ""
                if len(value) > 1 and value[0] == "0" and value.isdigit():
                    found.add(name)
    return [name for name in names if name in found]


def _read_parquet(file: Path) -> Any:
    # pandas reads Parquet only through pyarrow, so pyarrow comes first where both are there.
    name = _reader("Parquet files", ("pyarrow", "polars"))
    if name == "polars":
        import polars as pl

        return pl.read_parquet(file)
    import pyarrow.parquet as pq

    with pq.ParquetFile(file) as whole:
        return whole.read()
