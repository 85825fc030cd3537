"""Layouts as presentation MathML (MathML Core), which browsers show by themselves."""

from __future__ import annotations

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
from stanlevels.show import Html, element

__all__ = ["mathml"]

_APPLIED = Html("<mo>&#x2061;</mo>")
_TIMES = "\u2062"


def mathml(layout: Layout) -> Html:
    """A layout as elements to stand inside of ``<math>``.

    Examples
    --------
    >>> mathml(Script(Name("sigma_A"), None, Digits("2")))
    '<msubsup><mi>σ</mi><mi>A</mi><mn>2</mn></msubsup>'
    >>> mathml(Fenced(Name("a<b")))
    '<mrow><mo>(</mo><mi>a&lt;b</mi><mo>)</mo></mrow>'
    """
    match layout:
        case Name(text=text):
            symbol = symbol_of(text)
            base = element("mi", symbol.base)
            return element("msub", base, _mark(symbol.mark)) if symbol.mark else base
        case Word(text=text):
            shown = GREEK.get(text, text)
            return element("mtext" if len(shown) == 1 else "mi", shown)  # single letters lean in `mi`
        case Text(text=text):
            spaced = "\u00a0" if text.endswith(" ") else ""
            return element("mtext", "\u00a0" * text.startswith(" ") + text.strip(" ") + spaced)
        case Digits(text=text, power=None):
            return element("mn", text)
        case Digits(text=text, power=int(power)):
            return _powers(text, power)
        case Sign(character=character):
            return Html("<mo>&#x2062;</mo>") if character == _TIMES else element("mo", character)
        case Script():
            return _script(layout)
    return _of_parts(layout)


def _of_parts(layout: Layout) -> Html:
    match layout:
        case Row(parts=parts):
            return _row(parts)
        case Fraction(top=top, bottom=bottom):
            return element("mfrac", mathml(top), mathml(bottom))
        case Root(inner=inner):
            return element("msqrt", mathml(inner))
        case Barred(inner=inner):
            return element("mover", mathml(inner), element("mo", "\u00af"), accent="true")
        case Fenced(inner=inner, left=left, right=right):
            ends = (
                element("mo", end, form=form if end == "|" else None, stretchy="true" if end == "|" else None)
                for end, form in ((left, "prefix"), (right, "postfix"))
            )
            return element("mrow", next(ends), mathml(inner), next(ends))
        case Stacked(items=items, lying=lying):
            cells = [element("mtd", mathml(item)) for item in items]
            rows = [element("mtr", *cells)] if lying else [element("mtr", cell) for cell in cells]
            table = element("mtable", *rows)
            return element("mrow", element("mo", "("), table, element("mo", ")"))
    raise InternalError(f"{layout!r} is no layout")


def _row(parts: tuple[Layout, ...]) -> Html:
    written: list[Html] = []
    for place, part in enumerate(parts):
        if place and isinstance(part, Fenced | Stacked) and _is_function(parts[place - 1]):
            written.append(_APPLIED)
        written.append(mathml(part))
    return element("mrow", *written)


def _is_function(part: Layout) -> bool:
    return isinstance(part, Word) or (isinstance(part, Script) and isinstance(part.base, Word))


def _powers(text: str, power: int) -> Html:
    exponent = element("mn", str(abs(power)))
    if power < 0:
        exponent = element("mrow", element("mo", "−"), exponent)
    ten = element("msup", element("mn", "10"), exponent)
    return ten if text == "1" else element("mrow", element("mn", text), element("mo", "×"), ten)


def _script(layout: Script) -> Html:
    """A mark that the name itself has below it goes before the index."""
    base, below = mathml(layout.base), mathml(layout.below) if layout.below else None
    if isinstance(layout.base, Name):
        symbol = symbol_of(layout.base.text)
        base = element("mi", symbol.base)
        if symbol.mark:
            mark = _mark(symbol.mark)
            below = element("mrow", mark, element("mo", ","), below) if below else mark
    above = mathml(layout.above) if layout.above else None
    if below and above:
        return element("msubsup", base, below, above)
    if below:
        return element("msub", base, below)
    return element("msup", base, above) if above else base


def _mark(text: str) -> Html:
    return element("mn" if text.isdigit() else "mi", GREEK.get(text, text))
