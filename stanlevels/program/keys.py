"""Keys of the identifiers that are neither quantities nor data entries."""

from __future__ import annotations

Key = tuple[str, str, str]


def raw_key(quantity: str) -> Key:
    """The standardised parameter of a non-centred quantity."""
    return ("raw", quantity, "")


def moved_key(quantity: str) -> Key:
    """The parameter of a quantity that is sampled together with what stands beside it."""
    return ("moved", quantity, "")


def between_key(quantity: str) -> Key:
    """The parameter of a quantity that is sampled between the centred and the non-centred form."""
    return ("between", quantity, "")


def softened_key(quantity: str) -> Key:
    """The parameter of a positive quantity that is sampled soft near 0."""
    return ("softened", quantity, "")


def factor_key(quantity: str) -> Key:
    """The Cholesky factor of a correlation matrix."""
    return ("factor", quantity, "")


def local_key(quantity: str, argument: str) -> Key:
    """A local variable for an argument of a density."""
    return ("local", quantity, argument)


def look_up_key(quantity: str, place: int, what: str) -> Key:
    """A local variable for a look-up of an outcome, by its place among these."""
    return ("look-up", quantity, f"{place} {what}")


def loop_key(counter: str) -> Key:
    """A loop's counter: "k" over components, "n" over units."""
    return ("loop", counter, "")
