"""A level with its units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from stanlevels.words import shown

__all__ = ["BoundLevel", "Codes"]

Codes = npt.NDArray[np.int64]
"""0-based units."""


@dataclass(frozen=True)
class BoundLevel:
    """A level with its units.

    Attributes
    ----------
    name, column : str
        The level and the column that names its units.
    labels : tuple
        Each unit's own label, exactly as in the data, as Python objects.
    coordinate : tuple
        A unique label per unit: the own label where those are unique, else the path ``s1/1``.
    is_path : bool
        Whether `coordinate` is a path.
    parents : mapping of str to ndarray, (size,)
        0-based units of every other level that this one determines, declared or found.
    """

    name: str
    column: str
    labels: tuple[Any, ...]
    coordinate: tuple[Any, ...]
    is_path: bool
    parents: Mapping[str, Codes] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Number of units."""
        return len(self.labels)

    def called(self, unit: int) -> str:
        """One unit as messages name it: ``app 'com.x'``."""
        return f"{self.name} {shown(self.coordinate[unit])}"
