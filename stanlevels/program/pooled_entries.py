"""Entries of the data block that hold units of the finest level by their information."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.plan.factors import Marginal
from stanlevels.plan.planned import Planned
from stanlevels.program.source import Source

__all__ = ["PooledSize", "PooledUnits", "entries_of_pools"]


@dataclass(frozen=True)
class PooledSize:
    """How many units differ in their information ("distinct"), or rows of scores are left ("score_rows")."""

    quantity: str
    group: str
    of: str

    def read(self, source: Source, planned: Planned) -> Any:
        """Return an int."""
        pools = source.statistics(self.group).pools
        assert pools is not None
        return pools.children.shape[1] if self.of == "distinct" else len(pools.which)


@dataclass(frozen=True)
class PooledUnits:
    """What units of the finest level that agree in their information are; `of` is a name of `Pools`."""

    quantity: str
    group: str
    of: str

    def read(self, source: Source, planned: Planned) -> Any:
        """Return an array."""
        pools = source.statistics(self.group).pools
        assert pools is not None
        return pools.which + np.int64(1) if self.of == "which" else getattr(pools, self.of)


def entries_of_pools(density: Marginal, several: bool) -> Iterator[PooledSize | PooledUnits]:
    """What a program needs of pooled units, `several` where there are levels above theirs."""
    finest, group = density.effects[0], density.group
    yield PooledSize(finest, group, "distinct")
    yield PooledSize(finest, group, "score_rows")
    for of in ("times", "which", *(("children",) if several else ())):
        yield PooledUnits(finest, group, of)
