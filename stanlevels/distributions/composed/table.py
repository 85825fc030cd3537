"""Every wrapper by name, and the families that they make of others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from stanlevels.distributions.composed.wrapper import Wrapper
from stanlevels.distributions.composed.zeros import HURDLE, ZERO_INFLATED

if TYPE_CHECKING:
    from stanlevels.distributions.family import Family

__all__ = ["WRAPPERS", "wrapped"]

WRAPPERS: dict[str, Wrapper] = {wrapper.name: wrapper for wrapper in (ZERO_INFLATED, HURDLE)}


def wrapped(name: str, families: Mapping[str, Family]) -> Family:
    """The family called ``Wrapper(Base)``.

    Raises
    ------
    KeyError
        If there is no such wrapper, or no such family.
    """
    outer, _, inner = name.partition("(")
    if outer not in WRAPPERS or not inner.endswith(")"):
        raise KeyError(name)
    return WRAPPERS[outer].of(families[inner[:-1]])
