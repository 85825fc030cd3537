"""Vectors whose units are correlated, in Stan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stanlevels.distributions.structure import BORDERS, MATRIX, Sparse, Structure
from stanlevels.errors import InternalError
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Domain
from stanlevels.program.source import Source

__all__ = ["OfUnits", "entries_of_structure", "sparse_of", "structure_of"]

_BORDERS, _PARTS = "count", "parts_count"
_SIZES = {"one": _BORDERS, "other": _BORDERS, "weight": _BORDERS, "parts": _PARTS}
_COUNTED = {_BORDERS: "one", _PARTS: "parts"}
_SPARSE = ("members", *_SIZES, *_COUNTED)

_WORDS = {
    "gap": "steps since the unit before",
    "order": "units in the order of time",
    "before": "the unit before each, 0 for none",
    "run": "the group that each sums to zero in",
    "one": "one side of each border",
    "other": "the other side of each border",
    "weight": "what a difference at each border is multiplied by",
    "members": "areas, part by part of the map",
    "parts": "how many areas each part has",
    _BORDERS: "how many borders there are",
    _PARTS: "how many parts the map has",
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
            and (self.of in line.family.structure.data or planned.quantities[line.name].is_sparse)
        )
        found = np.asarray(getattr(source.geometry(line.name), _COUNTED.get(self.of, self.of)))
        if self.is_count:
            return len(found)
        return found + 1 if found.dtype.kind in "iu" and self.of != "parts" else found

    @property
    def is_places(self) -> bool:
        """Whether it is an array of units."""
        return self.of in ("order", "before", "run", "one", "other", "members", "parts")

    @property
    def is_count(self) -> bool:
        """Whether it is a number of borders or parts."""
        return self.of in _COUNTED

    @property
    def is_matrix(self) -> bool:
        """Whether it is a matrix of the units of the last level."""
        return self.matrix is not None and self.of not in _SPARSE

    @property
    def length(self) -> OfUnits | None:
        """What says how long it is; None for as many as there are units."""
        return replace(self, of=_SIZES[self.of]) if self.of in _SIZES else None

    @property
    def words(self) -> str:
        """What it is."""
        if self.is_matrix:
            return f"Cholesky factor of the matrix {self.matrix}"
        return f"{_WORDS[self.of]}, of {self.matrix or ' x '.join(self.domain)}"

    @property
    def wanted_name(self) -> str:
        """What it would like to be called."""
        if self.is_count:
            return "_".join(("N", str(self.matrix), *(["parts"] if self.of == _PARTS else [])))
        return "_".join((*(self.domain if self.matrix is None else (self.matrix,)), self.of))


def structure_of(line: Line) -> Structure:
    """The structure of a line that has one."""
    if line.family.structure is None:
        raise InternalError(f"the units of {line.name!r} are independent")
    return line.family.structure


def sparse_of(line: Line) -> Sparse:
    """What stands for independent numbers of a line."""
    found = structure_of(line).sparse
    if found is None:
        raise InternalError(f"the units of {line.name!r} have no sparse precision")
    return found


def entries_of_structure(line: Line, *, sparse: bool = False) -> Iterator[OfUnits]:
    """What the data block has for a line whose units are correlated."""
    structure = structure_of(line)
    if sparse:
        named = (*sparse_of(line).data, *sparse_of(line).more)
        each = [OfUnits(line.domain, of, line.variable.matrix) for of in named]
        yield from dict.fromkeys(x.length for x in each if x.length is not None)
        yield from each
        return
    matrix = line.variable.matrix if structure.needs in (MATRIX, BORDERS) else None
    yield from (OfUnits(line.domain, of, matrix) for of in structure.data)
