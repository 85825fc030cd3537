"""Entries of the data block that hold outcomes: of rows, or of cells of rows that agree in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.distributions.table import FAMILIES
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Domain
from stanlevels.program.source import Source

__all__ = ["Outcome", "Weights"]


@dataclass(frozen=True)
class Outcome:
    """The observed values of a line; with `cells`, that of each cell of rows that agree in it."""

    quantity: str
    cells: Domain = ()

    def read(self, source: Source, planned: Planned) -> Any:
        """Return numbers (units,) or (units, components)."""
        values = np.asarray(source.outcome(self.quantity))
        line = planned.lines[self.quantity]
        family = FAMILIES[line.variable.family]
        if self.cells:
            _, first = np.unique(source.codes(line.domain, self.cells), return_index=True)
            values = values[first]
        return values.astype(np.int64) if family.discrete else values.astype(float)


@dataclass(frozen=True)
class Weights:
    """The frequency weights of a line's rows; with `cells`, how often each cell of equal rows counts."""

    quantity: str
    cells: Domain = ()

    def read(self, source: Source, planned: Planned) -> Any:
        """Return numbers (units,)."""
        found = source.weights(self.quantity)
        if not self.cells:
            return np.asarray(found, dtype=float)
        codes = np.asarray(source.codes(planned.lines[self.quantity].domain, self.cells))
        return np.bincount(codes, found, source.size(self.cells)).astype(float)
