"""Formulas as they are laid out, whatever they are written in: `latex.py` and `mathml.py` write them."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = [
    "Barred",
    "Digits",
    "Fenced",
    "Fraction",
    "Layout",
    "Name",
    "Root",
    "Row",
    "Script",
    "Sign",
    "Stacked",
    "Text",
    "Word",
]


@dataclass(frozen=True)
class Name:
    """What a person named: a quantity, a column, a level."""

    text: str


@dataclass(frozen=True)
class Word:
    """A function or a distribution by its name: ``log``, ``Poisson``."""

    text: str


@dataclass(frozen=True)
class Text:
    """Prose beside a formula."""

    text: str


@dataclass(frozen=True)
class Digits:
    """A number: its digits, and the power of ten that they are times; negative ones have a `Sign` before."""

    text: str
    power: int | None = None


@dataclass(frozen=True)
class Sign:
    """An operator or a mark, by its character."""

    character: str


@dataclass(frozen=True)
class Row:
    """Parts side by side."""

    parts: tuple[Layout, ...]


@dataclass(frozen=True)
class Script:
    """Something with an index below it, or a power above it, or both."""

    base: Layout
    below: Layout | None = None
    above: Layout | None = None


@dataclass(frozen=True)
class Fraction:
    """One over another."""

    top: Layout
    bottom: Layout


@dataclass(frozen=True)
class Root:
    """A square root."""

    inner: Layout


@dataclass(frozen=True)
class Barred:
    """A mean: a bar over something."""

    inner: Layout


@dataclass(frozen=True)
class Fenced:
    """Something between parentheses, brackets or bars."""

    inner: Layout
    left: str = "("
    right: str = ")"


@dataclass(frozen=True)
class Stacked:
    """A column vector, or a row where it lies."""

    items: tuple[Layout, ...]
    lying: bool = field(default=False)


Layout = Name | Word | Text | Digits | Sign | Row | Script | Fraction | Root | Barred | Fenced | Stacked
