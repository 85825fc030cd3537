"""Vectors whose units are correlated, in Stan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.distributions.structure import BORDERS, MATRIX, Structure
from stanlevels.errors import InternalError
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Domain
from stanlevels.program.source import Source

__all__ = ["OfUnits", "entries_of_structure", "structure_of"]

_WORDS = {
    "gap": "steps since the unit before",
    "order": "units in the order of time",
    "before": "the unit before each, 0 for none",
    "run": "the group that each sums to zero in",
}


@dataclass(frozen=True)
class OfUnits:
    """What a structure takes of what is known of the units of a domain.

    `matrix` is the name of a matrix, where it is made of one.
    """

    domain: Domain
    of: str
    matrix: str | None = None

    def read(self, source: Source, planned: Planned) -> Any:
        """Return numbers (units,), places (units,) from 1, or a matrix."""
        line = next(
            line
            for line in planned.latent.values()
            if line.domain == self.domain
            and line.variable.matrix == self.matrix
            and line.family.structure is not None
            and self.of in line.family.structure.data
        )
        found = np.asarray(getattr(source.geometry(line.name), self.of))
        return found + 1 if found.dtype.kind in "iu" else found

    @property
    def is_places(self) -> bool:
        """Whether it is an array of units."""
        return self.of in ("order", "before", "run")

    @property
    def words(self) -> str:
        """What it is."""
        if self.matrix is not None:
            return f"Cholesky factor of the matrix {self.matrix}"
        return f"{_WORDS[self.of]}, of {' x '.join(self.domain)}"

    @property
    def wanted_name(self) -> str:
        """What it would like to be called."""
        return "_".join((*(self.domain if self.matrix is None else (self.matrix,)), self.of))


def structure_of(line: Line) -> Structure:
    """The structure of a line that has one."""
    if line.family.structure is None:
        raise InternalError(f"the units of {line.name!r} are independent")
    return line.family.structure


def entries_of_structure(line: Line) -> Iterator[OfUnits]:
    """What the data block has for a line whose units are correlated."""
    structure = structure_of(line)
    matrix = line.variable.matrix if structure.needs in (MATRIX, BORDERS) else None
    yield from (OfUnits(line.domain, of, matrix) for of in structure.data)
