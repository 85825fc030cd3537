"""Numbers of draws, and seeds."""

from __future__ import annotations

import secrets

import numpy as np

from stanlevels.errors import FitError

__all__ = ["seed_of", "whole_number"]


def whole_number(value: object, name: str, least: int) -> int:
    """A whole number that is not too small.

    Raises
    ------
    FitError
        If it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise FitError(f"{name} is {value!r}", expected=f"a whole number of at least {least}")
    return int(value)


def seed_of(seed: int | None) -> int:
    """The seed as given, or one drawn now."""
    return 1 + secrets.randbelow(2**31 - 2) if seed is None else whole_number(seed, "seed", 0)
