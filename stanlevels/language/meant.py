"""What a person means by what cannot stand in a line: ways out of messages."""

from __future__ import annotations

from math import inf
from typing import Any

from stanlevels.distributions.functions import FUNCTIONS
from stanlevels.errors import DeclarationError

__all__ = ["SYMBOLS", "instead_of_number", "no_arithmetic", "no_function"]

SYMBOLS = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "true_divide": "/",
    "power": "**",
    "negative": "neg",
}
"""Operators by their names in NumPy."""

_FUNCTIONS = {"absolute": "abs", "fabs": "abs", "expit": "inv_logit", "ndtr": "Phi"}


def no_function(name: str, given: str) -> DeclarationError:
    """A function of NumPy or SciPy on an expression.

    Examples
    --------
    >>> print(no_function("expit", "a Normal(...)").way_out)
    write sl.inv_logit(...)
    """
    ours = _FUNCTIONS.get(name, name)
    return DeclarationError(
        f"numpy.{name} is given {given}, which stands for numbers that are not known yet",
        way_out=f"write sl.{ours}(...)" if ours in FUNCTIONS else "use the functions of stanlevels",
    )


def no_arithmetic(kinds: tuple[str, str], words: tuple[str, str]) -> DeclarationError:
    """Arithmetic with what has no numbers: the names of both classes, and what messages call them."""
    return DeclarationError(
        f"arithmetic with {words[0]} and {words[1]}, which are not both numbers",
        expected="quantities and columns",
        way_out=_instead_of_arithmetic(*kinds),
    )


def _instead_of_arithmetic(one: str, other: str) -> str:
    """What to write for a product of categories or of levels, by the names of their classes."""
    if one == other == "Covariates":
        return "write sl.covariates(a, b) for both beside each other, and a * b for their interaction"
    if one == other == "Level":
        return "an interaction of two levels is a quantity over both: sl.Normal(0, sd, over=(a, b))"
    if one == "Covariates":
        return "write b @ X with b = sl.Normal(0, 1, over=X)"
    return "declare a quantity over it, such as sl.Normal(0, sd, over=level), and compute with that"


def instead_of_number(value: Any) -> str:
    """What to write for a column of a frame, or for infinity."""
    if getattr(value, "ndim", 0) == 1 or (isinstance(value, list) and value):
        name = getattr(value, "name", None) or "column"
        return f"name the column, whose values come with the data: sl.data({name!r})"
    if isinstance(value, float) and abs(value) == inf:
        return (
            "there is no flat prior: leave the prior open, as in sl.Normal() or sl.HalfNormal(), which scales"
            " it to the data, or write a wide one such as sl.Normal(0, 100)"
        )
    return ""
