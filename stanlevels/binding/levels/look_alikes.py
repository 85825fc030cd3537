"""Labels that a person would read as one and that are two: noted, never merged."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from stanlevels.arrays import Codes
from stanlevels.records import Record, cautioned, examples
from stanlevels.words import counted

__all__ = ["look_alikes"]

_TWINS = str.maketrans(
    "авеикмнорстухіјѕԁһАВЕКМНОРСТУХІЈЅαοΑΒΕΖΗΙΚΜΝΟΡΤΥΧ–—‐‑−’‘“”_",
    "abeukmhopctyxijsdhABEKMHOPCTYXIJSaoABEZHIKMNOPTYX-----''\"\" ",
)
"""Letters of other scripts, dashes and quotes that look like those of ASCII."""


def look_alikes(
    name: str, column: str, labels: Sequence[Any], rows: Codes, above: Sequence[int] | None = None
) -> list[Record]:
    """A record where labels differ by spaces, case, or characters that look the same.

    Parameters
    ----------
    name, column : str
        Of the level (or the covariate, or the outcome) and its column.
    labels : sequence
        One per unit.
    rows : ndarray of int
        Rows of each.
    above : sequence of int, optional
        What each is within: labels of different parents are different anyhow.
    """
    groups: dict[tuple[int, str], list[int]] = {}
    for unit, label in enumerate(labels):
        if isinstance(label, str):
            groups.setdefault((above[unit] if above is not None else 0, _looks(label)), []).append(unit)
    alike = [units for units in groups.values() if len(units) > 1]
    if not alike:
        return []
    said = [_said([(labels[u], int(rows[u])) for u in units[:5]]) for units in alike[:3]]
    total = sum(map(len, alike))
    causes = dict.fromkeys(c for units in alike for c in _causes([labels[u] for u in units]))
    return [
        cautioned(
            name,
            "bind",
            f"{counted(total, 'label')} that look alike are kept apart",
            examples(said, len(alike)),
            f"if they mean the same, clean the column first: df[{column!r}]{''.join(causes)}",
        )
    ]


def _said(found: Sequence[tuple[str, int]]) -> str:
    """Labels with their rows; by their characters' numbers where print does not tell them apart."""
    visible = len({label.strip().casefold() for label, _ in found}) == 1
    write = repr if visible else ascii
    return " and ".join(f"{write(label)} ({counted(count, 'row')})" for label, count in found)


def _looks(label: str) -> str:
    """What a person sees of it."""
    if label.isascii():
        text = label
    else:
        text = unicodedata.normalize("NFKC", label).translate(_TWINS)
        text = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Mn", "Cc") or c in "\t\n")
    text = " ".join(text.replace("_", " ").split()).casefold()
    return re.sub(r"^(-?\d+)\.0$", r"\1", text)


def _causes(labels: list[str]) -> Iterator[str]:
    """The calls that make one label of them, as far as each tells some apart."""
    if len({label.strip() for label in labels}) < len(labels):
        yield ".str.strip()"
    if len({unicodedata.normalize("NFKC", label) for label in labels}) < len(labels):
        yield ".str.normalize('NFKC')"
    if len({label.casefold() for label in labels}) < len(labels):
        yield ".str.lower()"
    if len({_bare(label) for label in labels}) == len(labels):
        yield ".replace({...})"


def _bare(label: str) -> str:
    return unicodedata.normalize("NFKC", label).strip().casefold()
