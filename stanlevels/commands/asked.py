"""Arguments that several commands share: a model in a file, tables of levels, roles, a table to write."""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stanlevels.commands.scripts import load_script, model_named
from stanlevels.errors import DataError

if TYPE_CHECKING:
    from stanlevels.model import Model

__all__ = [
    "add_data",
    "add_model",
    "add_tables",
    "check_writable",
    "given_roles",
    "given_rows",
    "given_tables",
    "model_of",
    "write_table",
]

_WRITTEN = (".csv", ".parquet")


def add_model(parser: argparse.ArgumentParser) -> None:
    """Add the argument `file.py:Model`."""
    parser.add_argument(
        "model",
        metavar="file.py[:Model]",
        help="the Python file that declares the model (it is run), and the model's name",
    )


def add_data(parser: argparse.ArgumentParser) -> None:
    """Add the data and what is said of them."""
    parser.add_argument(
        "data",
        metavar="data.parquet",
        help="the data, CSV or Parquet, a row for each observation; - is CSV on standard input",
    )
    parser.add_argument("--missing", choices=("error", "drop"), default="error", help="rows without a value")
    add_tables(parser)
    parser.add_argument(
        "--role",
        action="append",
        default=[],
        metavar="name=role",
        help='the role of a quantity: "parameter", "random", or a number that it is known to be',
    )


def add_tables(parser: argparse.ArgumentParser) -> None:
    """Add the option `--table`."""
    parser.add_argument(
        "--table",
        action="append",
        default=[],
        metavar="level=path",
        help="a table of a level, such as app=apps.csv; may be given again",
    )


def model_of(text: str) -> type[Model]:
    """The model that ``file.py:Name`` means; the file is run, and what it prints is no result.

    Raises
    ------
    DataError, DeclarationError
        If there is no such file, or no such model in it.
    """
    path, name = _split(text)
    with redirect_stdout(sys.stderr):
        return model_named(load_script(Path(path)), name)


def _split(text: str) -> tuple[str, str]:
    """The file and the model's name; a drive letter's colon belongs to the file."""
    path, colon, name = text.rpartition(":")
    return (path, name) if colon and path.endswith(".py") else (text, "")


def given_tables(args: argparse.Namespace) -> dict[str, str] | None:
    """Tables by level."""
    return dict(_pair(text, "--table", "level=path, such as app=apps.csv") for text in args.table) or None


@contextmanager
def given_rows(path: str) -> Iterator[str]:
    """A file of data by its path; for ``-`` what comes on standard input, as CSV.

    It is read from a file in either case, so that its labels are the same.
    """
    if path != "-":
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "standard-input.csv"
        with found.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield str(found)


def given_roles(args: argparse.Namespace) -> dict[str, Any] | None:
    """Roles by quantity; what is written as a number is one."""
    pairs = [_pair(text, "--role", "name=role, such as app_sd=0 or A=parameter") for text in args.role]
    return {name: _number(role) for name, role in pairs} or None


def _pair(text: str, option: str, expected: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (equals and name and value):
        raise DataError(f"{option} is given {text!r}", expected=expected)
    return name, value


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def check_writable(path: str | None, kinds: tuple[str, ...] = ()) -> None:
    """Raise DataError where a file could not be written, before work is done for it."""
    if path is None:
        return
    found = Path(path)
    if kinds and found.suffix.lower() not in kinds:
        raise DataError(
            f"{path!r} is no file that can be written here", expected=f"one of {', '.join(kinds)}"
        )
    if found.is_dir() or not found.parent.is_dir():
        what = "is a folder" if found.is_dir() else f"lies in no folder: there is no {str(found.parent)!r}"
        raise DataError(f"{path!r} {what}", expected="the path of a file in a folder that is there")


def write_table(table: Any, path: str | None) -> None:
    """Write a data frame: to a file, all of it or none; to standard output as CSV without a path.

    Raises
    ------
    DataError
        If the kind of file is unknown, or it cannot be written.
    """
    if path is None:
        table.to_csv(sys.stdout, index=False)
        return
    check_writable(path, _WRITTEN)
    found = Path(path)
    part = found.with_name(f".{found.name}.{secrets.token_hex(4)}.part")
    try:
        if found.suffix.lower() == ".csv":
            table.to_csv(part, index=False)
        else:
            table.to_parquet(part, index=False)
        os.replace(part, found)
    except ImportError:
        raise DataError(
            "Parquet files need pyarrow, which is not installed", way_out="run `pip install pyarrow`"
        ) from None
    except OSError as error:
        raise DataError(f"{path!r} cannot be written: {error.strerror or error}") from None
    finally:
        part.unlink(missing_ok=True)
