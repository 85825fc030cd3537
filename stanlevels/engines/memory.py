"""What a chain without enough memory says; loaded before that, for then there may be no room to load it."""

from __future__ import annotations

from stanlevels.errors import EngineError

__all__ = ["out_of_memory"]


def out_of_memory(chain: int, what: str = "ran out of memory") -> EngineError:
    """A chain that did not have the memory that it needed, or that was ended and may not have had it."""
    likely = "" if "memory" in what else ", probably because memory ran out"
    return EngineError(
        f"chain {chain} {what}{likely}",
        way_out="run fewer chains at once with parallel=1, or keep fewer quantities (record=)",
    )
