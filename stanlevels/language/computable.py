"""What functions of the language compute at once, because its numbers are known."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

__all__ = ["Computable"]


class Computable(ABC):
    """Numbers, such as draws of a fit, to which ``sl.exp`` and its kin are applied when called."""

    @abstractmethod
    def applied(self, function: str) -> Any:
        """The values of a function of the language."""
