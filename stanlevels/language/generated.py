"""The names of lines that `sl.effects` stands for, in classes and in those that inherit from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stanlevels.errors import DeclarationError
from stanlevels.language.effects import Block

__all__ = ["check_taken", "left_over", "taken"]


def taken(name: str, other: str, model: str) -> DeclarationError:
    """Two lines of one class have the name of a generated one."""
    suffix = other.removeprefix(f"{name}_")
    given = other if suffix == "covariates" else f"..., {suffix}={other}"
    return DeclarationError(
        f"{name!r} of {model} is sl.effects(...), which stands for a line {other!r} too: that name is taken",
        expected="one line per name",
        way_out=f"write {name} = sl.effects({given}) with {other} declared above it, or rename one of the"
        f" two; a class that inherits can override {other!r}",
    )


def check_taken(model: str, name: str, thing: object, inherited: Mapping[str, Any]) -> None:
    """Effects of a class that inherits: the names of their lines are free, or of lines that they override.

    Raises
    ------
    DeclarationError
        If one is not.
    """
    if not isinstance(thing, Block):
        return
    before = _generated(name, inherited.get(name))
    for other in (f"{name}_{suffix}" for suffix in thing.companions):
        if other in inherited and inherited[other] is not before.get(other):
            raise taken(name, other, model)


def left_over(ancestors: Iterable[Any], declared: Mapping[str, Any]) -> frozenset[str]:
    """Lines that effects stood for which the class, or one it inherits from, has overridden."""
    found: set[str] = set()
    for ancestor in ancestors:
        for name, line in ancestor._declared.items():
            if isinstance(line, Block) and declared.get(name) is not line:
                lines = _generated(name, line)
                found |= {other for other, generated in lines.items() if declared.get(other) is generated}
    return frozenset(found)


def _generated(name: str, line: object) -> dict[str, Any]:
    if not isinstance(line, Block):
        return {}
    return {f"{name}_{suffix}": other for suffix, other in line.companions.items()}
