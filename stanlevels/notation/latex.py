"""Layouts as LaTeX, of what AMS's packages know (and MathJax and KaTeX with them)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from stanlevels.errors import InternalError
from stanlevels.notation.layout import (
    Barred,
    Digits,
    Fenced,
    Fraction,
    Layout,
    Name,
    Root,
    Row,
    Script,
    Sign,
    Stacked,
    Text,
    Word,
)
from stanlevels.notation.symbols import GREEK, symbol_of

__all__ = ["latex"]

_SIGNS = {
    "~": r"\sim",
    "·": r"\cdot",
    "−": "-",
    "…": r"\dots",
    "∑": r"\sum",
    "∈": r"\in",
    "<": "<",
    "\u2062": r"\,",
}
_FENCES = {"|": r"\vert"}
_WORDS = {word: rf"\{word}" for word in "log exp sin cos tanh Phi".split()} | {"N": r"\mathcal{N}"}
_OF_GREEK = {letter: rf"\{name}" for name, letter in GREEK.items() if name not in ("lamda", "lambda_")}
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{mark: f"\\{mark}" for mark in "&%$#_{}"},
}


def latex(layout: Layout, symbols: Mapping[str, str] | None = None) -> str:
    r"""A layout as LaTeX.

    Parameters
    ----------
    layout : Layout
    symbols : mapping of str to str, optional
        LaTeX for some names, in place of their own.

    Examples
    --------
    >>> print(latex(Script(Name("sigma_A"), None, Digits("2"))))
    \sigma_{A}^{2}
    >>> print(latex(Name("price in $")), latex(Name("app_sd")), latex(Name("σ")))
    \text{price in \$} \mathrm{app\_sd} \sigma
    """
    return _Writer(symbols or {}).write(layout)


class _Writer:
    def __init__(self, symbols: Mapping[str, str]) -> None:
        self.symbols = symbols

    def write(self, layout: Layout) -> str:
        match layout:
            case Name(text=text):
                return self._name(text)
            case Word(text=text):
                return _WORDS.get(text) or rf"\operatorname{{{_escaped(text)}}}"
            case Text(text=text):
                return rf"\text{{{_escaped(text)}}}"
            case Digits(text=text, power=power):
                return _digits(text, power)
            case Sign(character=character):
                return _SIGNS.get(character, character)
            case Script():
                return self._script(layout)
        return self._of_parts(layout)

    def _of_parts(self, layout: Layout) -> str:
        match layout:
            case Row(parts=(Sign(character="−"), first, *others)):  # a sign, not a difference
                written = (f"-{self.write(first)}", *map(self.write, others))
                return " ".join(written)
            case Row(parts=parts):
                return self._row(parts)
            case Fraction(top=top, bottom=bottom):
                return rf"\frac{{{self.write(top)}}}{{{self.write(bottom)}}}"
            case Root(inner=inner):
                return rf"\sqrt{{{self.write(inner)}}}"
            case Barred(inner=inner):
                return rf"\overline{{{self.write(inner)}}}"
            case Fenced(inner=inner, left=left, right=right):
                if not _is_tall(inner) and left != "|":
                    return f"{left}{self.write(inner)}{right}"
                left, right = (_FENCES.get(end, end) for end in (left, right))
                return rf"\left{left} {self.write(inner)} \right{right}"
            case Stacked(items=items, lying=lying):
                between = " & " if lying else r" \\ "
                return rf"\begin{{pmatrix}} {between.join(map(self.write, items))} \end{{pmatrix}}"
        raise InternalError(f"{layout!r} is no layout")

    def _row(self, parts: tuple[Layout, ...]) -> str:
        """Parts with spaces between them, where they are not a function and what it is of."""
        found = ""
        for part in parts:
            close = not found or isinstance(part, Fenced) or part == Sign(",")
            found += ("" if close else " ") + self.write(part)
        return found

    def _name(self, text: str) -> str:
        if text in self.symbols:
            return self.symbols[text]
        symbol = symbol_of(text)
        base = _letters(symbol.base)
        return f"{base}_{{{_letters(symbol.mark)}}}" if symbol.mark else base

    def _script(self, layout: Script) -> str:
        """A mark that the name itself has below it goes before the index."""
        base, below, mark = self.write(layout.base), "", ""
        if isinstance(layout.base, Name) and layout.base.text not in self.symbols:
            symbol = symbol_of(layout.base.text)
            base, mark = _letters(symbol.base), _letters(symbol.mark) if symbol.mark else ""
        elif isinstance(layout.base, Name):
            base = f"{{{base}}}" if "_" in base or "^" in base else base
        below = ", ".join(part for part in (mark, self.write(layout.below) if layout.below else "") if part)
        above = self.write(layout.above) if layout.above else ""
        return base + (f"_{{{below}}}" if below else "") + (f"^{{{above}}}" if above else "")


def _digits(text: str, power: int | None) -> str:
    if power is None:
        return text
    return f"10^{{{power}}}" if text == "1" else rf"{text} \times 10^{{{power}}}"


def _is_tall(layout: Layout) -> bool:
    """Whether what is between parentheses is higher than they are."""
    match layout:
        case Fraction() | Stacked() | Root() | Barred():
            return True
        case Row(parts=parts):
            return any(map(_is_tall, parts))
        case Fenced(inner=inner) | Script(base=inner):
            return _is_tall(inner)
    return False


def _letters(text: str) -> str:
    """Letters of a name: one in italics, several upright, and anything else as text."""
    if text in _OF_GREEK:
        return _OF_GREEK[text]
    if len(text) == 1 and text.isascii() and text.isalpha():
        return text
    if re.fullmatch(r"[0-9]+", text):
        return text
    if re.fullmatch(r"\w+", text, re.ASCII):
        return rf"\mathrm{{{_escaped(text)}}}"
    return rf"\text{{{_escaped(text)}}}"


def _escaped(text: str) -> str:
    """Text that LaTeX shows as it is, on one line."""
    text = re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", text)
    return "".join(_SPECIAL.get(character, character) for character in text)
