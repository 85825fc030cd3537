"""Log densities of parts of the data, draw by draw, their own effects given or integrated out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.plan.facts import Facts
from stanlevels.results.crossvalidation.gaussian import Gaussian
from stanlevels.results.crossvalidation.own import Own, kfold_instead, own_of
from stanlevels.results.crossvalidation.partition import Partition
from stanlevels.results.crossvalidation.quadrature import Quadrature
from stanlevels.results.draws import Draws
from stanlevels.values.pointwise import log_density
from stanlevels.values.remembered import remembered

__all__ = ["Densities", "densities"]


@dataclass(frozen=True, eq=False)
class Densities:
    """Log densities of parts.

    Attributes
    ----------
    draws : Draws
    data : Facts
    partition : Partition
    plain : tuple of str
        Lines with data of which each outcome is taken as it is.
    integrated : Gaussian or Quadrature, optional
        What the other lines are together.
    """

    draws: Draws
    data: Facts
    partition: Partition
    plain: tuple[str, ...]
    integrated: Gaussian | Quadrature | None = None

    @property
    def width(self) -> int:
        """Numbers that an outcome takes for each draw."""
        return 2 if self.integrated is None else self.integrated.width

    @property
    def names(self) -> tuple[str, ...]:
        """Of the effects that are integrated out."""
        return () if self.integrated is None else tuple(line.name for line in self.integrated.own.lines)

    @property
    def is_exact(self) -> bool:
        """Whether nothing is approximated by quadrature."""
        return not isinstance(self.integrated, Quadrature)

    def at(self, parts: slice) -> Array:
        """Of some parts, (parts, draws), draws chain by chain."""
        n, draws = parts.stop - parts.start, int(np.prod(self.draws.shape))
        total = np.zeros((n, draws)) if self.integrated is None else self.integrated.at(parts)
        for name in self.plain:
            units, part = self.partition.units(name, parts)
            line = self.draws.planned.lines[name]
            found = log_density(line, self.draws.values, self.data, units).sum(axis=-1)
            total = total + _summed(found.reshape(draws, len(units)), part, n)
        return np.asarray(total)


def densities(draws: Draws, partition: Partition, *, integrate: bool) -> Densities:
    """What gives log densities of parts.

    Parameters
    ----------
    draws : Draws
    partition : Partition
    integrate : bool
        Whether effects that belong to one part each are integrated out.

    Raises
    ------
    FitError
        Where draws were not recorded, or effects cannot be integrated out.
    """
    data = remembered(draws.bound)
    own = own_of(draws, partition) if integrate else Own((), {}, ())
    found = _integrated(draws, data, partition, own) if own.lines else None
    exact = isinstance(found, Gaussian)
    plain = tuple(name for name in partition.codes if name not in own.touched)
    for name in partition.codes:
        if not (draws.locates(name) or (exact and name in own.touched)):
            raise FitError(
                f"the log density of {name!r} needs draws that were not recorded, as record= asked",
                expected=f"draws of what it depends on; recorded are {listing(draws.recorded, 20)}",
                way_out="fit again without record=",
            )
    return Densities(draws, data, partition, plain, found)


def _integrated(draws: Draws, data: Facts, partition: Partition, own: Own) -> Gaussian | Quadrature:
    exact = Gaussian.of(draws, data, partition, own)
    if isinstance(exact, Gaussian):
        return exact
    found = Quadrature.of(draws, data, partition, own)
    if isinstance(found, Quadrature):
        return found
    names = listing([line.name for line in own.lines])
    raise FitError(
        f"{names} cannot be integrated out: {exact}, and {found}",
        expected=f"normal outcomes and effects of nested levels, or one number for each {partition.called}",
        way_out=kfold_instead(partition),
    )


def _summed(values: Array, part: Array, n: int) -> Array:
    """Sums of (draws, rows) by part, (parts, draws)."""
    from scipy import sparse

    rows = len(part)
    ones = sparse.csr_array((np.ones(rows), (part, np.arange(rows))), shape=(n, rows))
    return np.asarray(ones @ values.T)
