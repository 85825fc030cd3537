"""A planned model on data, read for a pilot look: which random variables a predictor has, and covariates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from stanlevels.arrays import Array
from stanlevels.linear.gather import gather
from stanlevels.linear.multiples import Columns
from stanlevels.linear.sums import Place, Reader, Sum, Unknown
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Vector

__all__ = ["Entry", "Look"]


@dataclass(frozen=True)
class Entry:
    """How a random variable enters a predictor: its units, and a covariate per component."""

    codes: Array
    columns: Mapping[int, Array]

    def rows(self, at: Array | None) -> Entry:
        """The entry at some rows."""
        if at is None:
            return self
        return Entry(self.codes[at], {k: z[at] for k, z in self.columns.items()})


@dataclass(frozen=True, eq=False)
class Look:
    """A planned model on data, read."""

    planned: Planned
    facts: Facts
    columns: Columns = field(init=False)
    reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", Columns(self.planned, self.facts))
        object.__setattr__(self, "reader", Reader(self.planned))

    def mean(self, line: Line) -> Sum:
        """The declared mean of a random variable; nothing where it has several."""
        term = line.args[line.location] if line.location else None
        return () if term is None or isinstance(term, Vector) else self.reader.read(term, Place(line.domain))

    def entries(self, read: Sum, domain: tuple[str, ...]) -> dict[str, Entry]:
        """The random variables in a sum."""
        n = self.facts.size(domain)
        found: dict[str, Entry] = {}
        for addend in read:
            unknown = addend.unknown
            if not isinstance(unknown, Unknown) or addend.covariates is not None:
                continue
            line = self.planned.lines[unknown.name]
            if not line.has_forms or not line.domain or (line.components and unknown.position is None):
                continue
            codes = self.columns.units(unknown.place)
            z = np.broadcast_to(self.columns.multiple(addend)[:, 0], (n,))
            before = found[unknown.name].columns if unknown.name in found else {}
            position = unknown.position or 0
            columns = {**before, position: z + before.get(position, 0.0)}
            found[unknown.name] = Entry(np.arange(n) if codes is None else codes, columns)
        return found

    def design(self, read: Sum, domain: tuple[str, ...]) -> Array:
        """A column of ones, and what quantities without units are multiplied by."""
        n = self.facts.size(domain)
        fixed = [a for a in read if isinstance(a.unknown, Unknown) and not a.unknown.place.home]
        varying = [c.values for c in gather(tuple(fixed), n, self.columns) if not c.is_constant]
        return np.column_stack([np.ones(n), *varying]) if n else np.ones((0, 1))
