"""What functions of the language compute at once, because its numbers are known."""

from __future__ import annotations

from typing import Any

__all__ = ["Computable"]


class Computable:
    """Numbers, such as draws of a fit, to which ``sl.exp`` and its kin are applied when called."""

    def applied(self, function: str) -> Any:
        """The values of a function of the language."""
        raise NotImplementedError
