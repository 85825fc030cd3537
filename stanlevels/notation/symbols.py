"""What a name becomes in mathematics: Greek letters by their names, single letters, words, and indices."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

__all__ = ["GREEK", "Symbol", "symbol_of"]

_SMALL = """
alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi
psi omega
"""
_LARGE = "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"

GREEK = {
    **dict(zip(_SMALL.split(), "αβγδεζηθικλμνξπρστυφχψω", strict=True)),
    **dict(zip(_LARGE.split(), "ΓΔΘΛΞΠΣΦΨΩ", strict=True)),
    **dict.fromkeys(("lamda", "lambda_"), "λ"),  # as people write it in Python, where `lambda` is taken
}
"""Greek letters by their English names."""

_LETTERS = frozenset(GREEK.values())


@dataclass(frozen=True)
class Symbol:
    """A name in mathematics.

    Attributes
    ----------
    base : str
        A letter, or a whole name.
    mark : str
        What stands below it: ``A`` in ``sigma_A``; "" for none.
    """

    base: str
    mark: str = ""

    @property
    def is_letter(self) -> bool:
        """Whether the base is a single letter, Greek ones included."""
        return len(self.base) == 1


def symbol_of(name: str) -> Symbol:
    """A name as a symbol: what follows a letter and an underscore stands below it.

    Examples
    --------
    >>> symbol_of("sigma"), symbol_of("sigma_app"), symbol_of("b_1").mark
    (Symbol(base='σ', mark=''), Symbol(base='σ', mark='app'), '1')
    >>> symbol_of("publisher_sd")
    Symbol(base='publisher_sd', mark='')
    """
    name = unicodedata.normalize("NFC", name)
    if name in GREEK:
        return Symbol(GREEK[name])
    base, underscore, mark = name.partition("_")
    letter = GREEK.get(base, base)
    if underscore and mark.strip("_") and len(letter) == 1 and (letter.isalpha() or letter in _LETTERS):
        return Symbol(letter, mark)
    return Symbol(name)
