"""Texts that a person gives: any that can be written to a file."""

from __future__ import annotations

from stanlevels.errors import DeclarationError


def check_text(text: str, what: str) -> None:
    """Refuse what no file can hold (half of a surrogate pair, the character 0), and no text at all."""
    if not text:
        raise DeclarationError(f"{what} is ''", expected="a name", way_out="rename the column first")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise DeclarationError(
            f"{what} is {text!r}, whose character {error.start} stands for nothing",
            expected="text that can be written in UTF-8",
        ) from None
    if "\0" in text:
        raise DeclarationError(
            f"{what} is {text!r}, with the character 0 in it",
            expected="text that programs can hold",
        )
