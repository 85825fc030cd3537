"""Fragments of Stan expressions that know their kind and how tightly they bind."""

from __future__ import annotations

from dataclasses import dataclass

ATOM = 10


@dataclass(frozen=True)
class Code:
    """A Stan expression.

    `vector` says whether it varies along the line's units (or components); `binds` is the
    precedence of its outermost operator, for which parentheses are put by `enclosed`.
    """

    text: str
    vector: bool = False
    binds: int = ATOM

    def enclosed(self, outer: int) -> str:
        """The text, in parentheses where `outer` binds tighter."""
        return f"({self.text})" if self.binds < outer else self.text


def number(value: float, *, real: bool = False) -> Code:
    """A literal; `real` asks for a decimal point (Stan divides whole numbers without rest)."""
    if float(value).is_integer() and abs(value) < 2**31:
        text = f"{int(value)}.0" if real else str(int(value))
    elif value in (float("inf"), float("-inf")):
        text = "positive_infinity()" if value > 0 else "negative_infinity()"
    else:
        text = repr(float(value))
    return Code(text, binds=ATOM if value >= 0 else 3)


def call(function: str, *args: Code | str) -> Code:
    """A function applied to arguments."""
    texts = [a if isinstance(a, str) else a.text for a in args]
    return Code(f"{function}({', '.join(texts)})", any(isinstance(a, Code) and a.vector for a in args))


def binary(symbol: str, left: Code, right: Code) -> Code:
    """An operator between two fragments; elementwise where both are vectors.

    Examples
    --------
    >>> binary("*", Code("a", True), Code("b", True)).text, binary("/", Code("1.0"), Code("b", True)).text
    ('a .* b', '1.0 ./ b')
    """
    vector = left.vector or right.vector
    elementwise = {"*": left.vector and right.vector, "/": right.vector, "**": vector}.get(symbol, False)
    binds = {"+": 1, "-": 1, "*": 2, "/": 2, "**": 5}[symbol]
    sign = {"**": "^"}.get(symbol, symbol)
    first = left.enclosed(binds + (symbol == "**"))
    second = right.enclosed(binds + (symbol in "-/" or symbol == "*"))
    return Code(f"{first} {'.' if elementwise else ''}{sign} {second}", vector, binds)


def negative(inner: Code) -> Code:
    """The negative of a fragment."""
    return Code(f"-{inner.enclosed(3)}", inner.vector, 3)


def indexed(base: Code, *indices: str) -> str:
    """Elements of a fragment."""
    return f"{base.enclosed(ATOM)}[{', '.join(indices)}]"
