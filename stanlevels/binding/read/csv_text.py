"""A CSV file as text, before any library reads it: what readers would pass over in silence."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from stanlevels.errors import DataError, listing
from stanlevels.words import counted

__all__ = ["MISSING_IN_CSV", "header_of", "not_in_utf8", "to_keep_as_text"]

MISSING_IN_CSV = ("", "NA", "N/A", "NaN", "nan", "null", "NULL", "<NA>")
"""What stands for a missing value in a CSV file, the same for every reader.

`None` is not among them: it is a common label.
"""

_MORE_THAN_A_NUMBER = re.compile(rb"(?:^|[\n\r,\"])(?:0\d|\d+[eE]\d|[+-]?\d{16})")
_CODE = re.compile(r"0\d+|\d+[eE]\d+|[+-]?\d{19,}")  # 007; 12E4, the 12th of row E; beyond 64 bits
_LONG = re.compile(r"[+-]?\d{16,}")  # more digits than floating point has
_DECIMAL_COMMA = re.compile(r"(?:^|[;\t|])\s*[+-]?\d+,\d+\s*(?:$|[;\t|])")
_MARKS = (b"\xff\xfe", b"\xfe\xff")  # how a file in UTF-16 begins


def header_of(file: Path, where: str) -> list[str]:
    """The names in the first line; readers rename duplicates silently, so they are looked for here.

    Raises
    ------
    DataError
        If the file is empty, in another encoding, separated by another mark than commas, if a name
        stands twice, or if the line below holds more values than there are names: readers would take
        the first of them for something else.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            records = csv.reader(lines)
            header, first = next(records, None), next(records, [])
    except UnicodeDecodeError as error:
        raise not_in_utf8(file, where, error) from None
    except csv.Error as error:
        raise DataError(
            f"{where}: {str(file)!r} cannot be read as CSV: {error}", expected="a CSV file in UTF-8"
        ) from None
    except OSError as error:
        raise DataError(
            f"{where}: {str(file)!r} cannot be opened: {error.strerror}", expected="a file that can be read"
        ) from None
    if not header:
        raise DataError(f"{where}: {str(file)!r} is empty", expected="a first line with the columns' names")
    _check_commas(file, where, header, first)
    twice = [name for name in dict.fromkeys(header) if header.count(name) > 1]
    if twice:
        raise DataError(
            f"{where}: the first line of {str(file)!r} has more than once: {listing(twice)}",
            expected="a name of its own for each column",
        )
    if len(first) > len(header):
        raise DataError(
            f"{where}: the first line of {str(file)!r} has {counted(len(header), 'name')}, the second"
            f" {counted(len(first), 'value')}: {listing(first, 20)}",
            expected="a name for every value",
            way_out="name the columns that have no name, or quote values that hold a comma",
        )
    return header


def not_in_utf8(file: Path, where: str, error: UnicodeDecodeError) -> DataError:
    """A file in another encoding."""
    with file.open("rb") as content:
        known = "'utf-16'" if content.read(2) in _MARKS else "..."
    return DataError(
        f"{where}: {str(file)!r} is not written in UTF-8 ({error.reason})",
        expected="a CSV file in UTF-8",
        way_out=f"read it with pandas.read_csv(..., encoding={known}) and pass the frame",
    )


def _check_commas(file: Path, where: str, header: list[str], first: list[str]) -> None:
    if len(header) > 1 or not (found := [mark for mark in ";\t|" if mark in header[0]]):
        return
    decimal = ", decimal=','" if _DECIMAL_COMMA.search(",".join(first)) else ""
    raise DataError(
        f"{where}: the first line of {str(file)!r} is separated by {found[0]!r}",
        expected="a CSV file with commas",
        way_out=f"pass pandas.read_csv({file.name!r}, sep={found[0]!r}{decimal})",
    )


def to_keep_as_text(file: Path, names: list[str]) -> list[str]:
    """Which of `names` hold labels that reading them as numbers would change or make one.

    Digits after a leading zero, digits with an E between them, and numbers that readers hold in floating
    point: of 19 digits and more, and in columns with holes of 16.
    """
    if not names or not _MORE_THAN_A_NUMBER.search(file.read_bytes()):
        return []
    codes: set[str] = set()
    long: set[str] = set()
    holes: set[str] = set()
    with file.open(encoding="utf-8-sig", newline="") as lines:
        for record in csv.DictReader(lines):
            for name in names:
                value = record.get(name) or ""
                codes |= {name} if _CODE.fullmatch(value) else set()
                long |= {name} if _LONG.fullmatch(value) else set()
                holes |= {name} if value in MISSING_IN_CSV else set()
    return [name for name in names if name in codes | (long & holes)]
