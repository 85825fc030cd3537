"""A formula's text as syntax, by R's rules of what binds how closely."""

from __future__ import annotations

from stanlevels.formulas.syntax import BINDING, ITEM, SIGN, Call, Name, Number, Operation, Syntax, Text
from stanlevels.formulas.tokens import Token, misread, tokens

__all__ = ["parse"]

_RIGHT = ("^", "**")
_CLOSING = {"(": ")", "{": "}", "[": "]"}
_OPENING = {closing: opening for opening, closing in _CLOSING.items()}


def parse(text: str, start: int = 0, end: int | None = None) -> Syntax:
    """The syntax of a formula or of a call such as ``bf(...)``, or of a part of a text.

    Raises
    ------
    DeclarationError
        That shows the place where the text cannot be read.

    Examples
    --------
    >>> from stanlevels.formulas.syntax import formula_text
    >>> formula_text(parse("y~x*z+(1|g/h)"))
    'y ~ x * z + (1 | g / h)'
    """
    return _Reader(text, start, len(text) if end is None else end).whole()


class _Reader:
    """The tokens of a text, and the place where reading has come to."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.tokens = tokens(text, start, end)
        self.place = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def taken(self) -> Token:
        token = self.next
        self.place += 1
        return token

    def is_symbol(self, *symbols: str) -> bool:
        return self.next.kind == "symbol" and self.next.text in symbols

    def whole(self) -> Syntax:
        if self.next.kind == "end":
            raise misread(
                "the formula is empty",
                self.text,
                self.next.at,
                expected='a formula, such as "y ~ x + (1 | g)"',
            )
        found = self.expression(0)
        if self.next.kind != "end":
            raise self.unexpected()
        return found

    def expression(self, least: int) -> Syntax:
        """As much as binds at least so closely."""
        left = self.first()
        while self.next.kind == "symbol" and (level := BINDING.get(self.next.text, -1)) >= least:
            sign = self.taken()
            right = self.expression(level if sign.text in _RIGHT else level + 1)
            left = Operation("^" if sign.text == "**" else sign.text, (left, right), sign.at)
        return left

    def first(self) -> Syntax:
        """What an expression begins with."""
        token = self.taken()
        match token.kind, token.text:
            case "number", text:
                return Number(text, token.at)
            case "text", text:
                return Text(text, token.at)
            case "name", _:
                return self.name(token)
            case "symbol", "(":
                inner = self.expression(0)
                self.close(token)
                return Operation("(", (inner,), token.at)
            case "symbol", "{":  # what Bambi computes, R's I(...)
                inner = self.expression(0)
                self.close(token)
                return Call("I", (("", inner),), token.at)
            case "symbol", "[":  # a list of Python
                return Call("c", self.arguments(token), token.at)
            case "symbol", "-" | "+":
                return Operation(token.text, (self.expression(SIGN),), token.at)
            case "symbol", "~":
                return Operation("~", (self.expression(BINDING["~"] + 1),), token.at)
        self.place -= 1
        raise self.unexpected()

    def name(self, token: Token) -> Syntax:
        while self.is_symbol("::", ":::"):  # the package that a function is of
            self.taken()
            token = self.taken()
        if self.is_symbol("["):
            of = Name(token.text, token.at)
            return Call(ITEM, (("", of), *self.arguments(self.taken())), token.at)
        if not self.is_symbol("("):
            return Name(token.text, token.at)
        function = token.text.removeprefix("np.")
        return Call(function, self.arguments(self.taken()), token.at)

    def arguments(self, opening: Token) -> tuple[tuple[str, Syntax], ...]:
        given: list[tuple[str, Syntax]] = []
        while not self.is_symbol(_CLOSING[opening.text]):
            given.append(self.argument())
            if not self.is_symbol(","):
                break
            self.taken()
        self.close(opening)
        return tuple(given)

    def argument(self) -> tuple[str, Syntax]:
        follows = self.tokens[self.place + 1] if self.next.kind != "end" else self.next
        if self.next.kind == "name" and (follows.kind, follows.text) == ("symbol", "="):
            name = self.taken().text
            self.taken()
            return name, self.expression(0)
        return "", self.expression(0)

    def close(self, opening: Token) -> None:
        if self.is_symbol(_CLOSING[opening.text]):
            self.taken()
        elif self.next.kind == "end":
            raise misread(f"a formula has a {opening.text} that is never closed", self.text, opening.at)
        else:
            raise self.unexpected()

    def unexpected(self) -> Exception:
        token = self.next
        if token.kind == "end":
            return misread(
                "the formula ends too early", self.text, token.at, expected="a term after the last sign"
            )
        if token.text in _OPENING:
            found = f"a formula has a {token.text} without its {_OPENING[token.text]}"
            return misread(found, self.text, token.at)
        if token.kind == "symbol" and token.text in BINDING:
            return misread(f"a formula has {token.text} where a term is due", self.text, token.at)
        before = "" if self.place == 0 else "an operator, such as + or :, between two terms"
        return misread(
            f"a formula has {token.text!r} where it cannot be read", self.text, token.at, expected=before
        )
