"""Gaussian processes that are sums of waves, in a predictor: their coefficients say nothing one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from stanlevels.linear.expansion import Expanded
from stanlevels.linear.sums import Addend, Sum, Unknown
from stanlevels.plan.placed import Line

__all__ = ["without_waves"]


def without_waves(parts: Expanded, lines: Mapping[str, Line]) -> tuple[Expanded, dict[str, Addend]]:
    """A predictor without them, and the addend of each by its name."""
    found = {}
    for addend in (*parts.fixed, *parts.effects):
        if (name := _of_waves(addend, lines)) is not None:
            found[name] = addend

    def others(addends: Sum) -> Sum:
        return tuple(addend for addend in addends if _of_waves(addend, lines) is None)

    return replace(parts, fixed=others(parts.fixed), effects=others(parts.effects)), found


def _of_waves(addend: Addend, lines: Mapping[str, Line]) -> str | None:
    unknown = addend.unknown
    return unknown.name if isinstance(unknown, Unknown) and lines[unknown.name].waves is not None else None
