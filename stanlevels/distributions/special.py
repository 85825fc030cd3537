"""SciPy's special functions under their own names, loaded when the first of them is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["special"]


class _Special:
    """Stands for `scipy.special`: importing the package must not load SciPy."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        from scipy import special as loaded

        found: Callable[..., Any] = getattr(loaded, name)
        return found


special = _Special()
