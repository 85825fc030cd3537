"""Paths to CSV and Parquet files, read with whichever library is installed."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import Any

from stanlevels.binding.read.csv_text import MISSING_IN_CSV, header_of, not_in_utf8, to_keep_as_text
from stanlevels.errors import DataError, listing
from stanlevels.words import reason_of

__all__ = ["read_file"]

_READERS = ("pandas", "polars", "pyarrow")


def read_file(path: str | PathLike[str], where: str, *, as_text: tuple[str, ...] = ()) -> Any:
    """The file at `path` as a frame of pandas, else polars, else pyarrow.

    Columns named in `as_text` stay text where a number would not be written the same way: "007", "12E4".

    Raises
    ------
    DataError
        If there is no such file, its ending is unknown, its header names a column twice, it is broken,
        or no library is there to read it.
    """
    file = _existing(path, where)
    ending = file.suffix.lower()
    if ending == ".csv":
        return _whole(lambda: _read_csv(file, where, as_text), file, where, "CSV")
    if ending in (".parquet", ".pq"):
        return _whole(lambda: _read_parquet(file), file, where, "Parquet")
    raise DataError(
        f"{where}: cannot tell what {str(file)!r} holds by its ending {ending!r}",
        expected="a path that ends in .csv or .parquet",
        way_out=_frame_from(file) or "read it with pandas or polars and pass the frame",
    )


_PANDAS_READS = {
    ".feather": "pandas.read_feather({name})",
    ".arrow": "pandas.read_feather({name})",
    ".tsv": "pandas.read_csv({name}, sep='\\t')",
    ".txt": "pandas.read_csv({name}, sep=...)",
    ".gz": "pandas.read_csv({name})",
    ".zip": "pandas.read_csv({name})",
    ".bz2": "pandas.read_csv({name})",
    ".xz": "pandas.read_csv({name})",
    ".zst": "pandas.read_csv({name})",
    ".xlsx": "pandas.read_excel({name})",
    ".xls": "pandas.read_excel({name})",
    ".json": "pandas.read_json({name})",
    ".jsonl": "pandas.read_json({name}, lines=True)",
    ".dta": "pandas.read_stata({name})",
    ".sav": "pandas.read_spss({name})",
    ".sas7bdat": "pandas.read_sas({name})",
    ".pkl": "pandas.read_pickle({name})",
    ".orc": "pandas.read_orc({name})",
    ".h5": "pandas.read_hdf({name})",
}
"""What makes a frame of files that are not read here."""


def _frame_from(file: Path) -> str:
    call = _PANDAS_READS.get(file.suffix.lower(), "")
    return f"pass {call.format(name=repr(file.name))}" if call else ""


def _existing(path: str | PathLike[str], where: str) -> Path:
    """The path of a file that is there."""
    text = str(path)
    if "://" in text:
        call = "read_parquet" if text.endswith((".parquet", ".pq")) else "read_csv"
        raise DataError(
            f"{where}: {text!r} is an address, and nothing is fetched from the net",
            expected="a path to a CSV or Parquet file",
            way_out=f"pass pandas.{call}({text!r})",
        )
    try:
        file = Path(path).expanduser()
        if text and file.is_file():
            return file
        raise _no_file(file, where) if text else DataError(f"{where}: the path is empty")
    except (OSError, RuntimeError, ValueError) as error:
        short = text if len(text) <= 60 else f"{text[:57]}..."
        raise DataError(
            f"{where}: {short!r} cannot be the path of a file: {reason_of(error)}",
            expected="a path to a CSV or Parquet file",
        ) from None


def _no_file(file: Path, where: str) -> DataError:
    if file.is_dir():
        return DataError(
            f"{where}: {str(file)!r} is a folder",
            expected="a path to a CSV or Parquet file",
            way_out="read its parts as one frame and pass that, as pandas.read_parquet(folder) does",
        )
    if file.exists():
        return DataError(
            f"{where}: {str(file)!r} is no plain file but a device or a pipe",
            expected="a path to a CSV or Parquet file",
            way_out="read it with pandas or polars and pass the frame",
        )
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
    except (DataError, MemoryError):
        raise
    except UnicodeDecodeError as error:
        raise not_in_utf8(file, where, error) from None
    except Exception as error:
        raise DataError(
            f"{where}: {str(file)!r} cannot be read as {kind}: {reason_of(error)}",
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


def _read_csv(file: Path, where: str, as_text: tuple[str, ...]) -> Any:
    header = header_of(file, where)
    labels = to_keep_as_text(file, [name for name in as_text if name in header])
    match _reader("CSV files"):
        case "pandas":
            import pandas as pd

            return pd.read_csv(
                file,
                keep_default_na=False,
                na_values=list(MISSING_IN_CSV),
                dtype=dict.fromkeys(labels, "str"),
                low_memory=False,
            )
        case "polars":
            import polars as pl

            text = dict.fromkeys(labels, pl.String)
            return pl.read_csv(
                file, null_values=list(MISSING_IN_CSV), schema_overrides=text, infer_schema_length=None
            )
        case _:
            import pyarrow as pa
            from pyarrow import csv as reader

            options = reader.ConvertOptions(
                null_values=list(MISSING_IN_CSV),
                strings_can_be_null=True,
                column_types=dict.fromkeys(labels, pa.string()),
            )
            return reader.read_csv(file, convert_options=options)


def _read_parquet(file: Path) -> Any:
    # pandas reads Parquet only through pyarrow, so pyarrow comes first where both are there.
    name = _reader("Parquet files", ("pyarrow", "polars"))
    if name == "polars":
        import polars as pl

        return pl.read_parquet(file)
    import pyarrow.parquet as pq

    with pq.ParquetFile(file) as whole:
        return whole.read()
