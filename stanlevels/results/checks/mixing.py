"""Rank-normalised R-hat and effective sample sizes, for many quantities at once.

After Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021), "Rank-normalization, folding, and
localization: an improved R-hat", Bayesian Analysis 16(2), 667-718. Pieces of many quantities are handled
as one array, on all processors: 100,000 units of 4,000 draws take some 20 seconds of processor time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stanlevels.arrays import Codes
from stanlevels.results.checks.effective_size import effective_sizes
from stanlevels.results.checks.folded import spread
from stanlevels.results.checks.ranks import Order, order_of, scores
from stanlevels.results.checks.series import series_of_flags, series_of_numbers
from stanlevels.results.draws import Draws
from stanlevels.values.pieces import chunks, for_each, turned
from stanlevels.values.store import Units

__all__ = ["Mixed", "Mixing", "joined", "mixing"]

Floats = NDArray[np.float64]

_ENOUGH = 4  # draws per chain below which halves of chains cannot be compared
# Freeing a block of this size tells the allocator to keep as much: else each piece would fetch its memory
# from the system anew, which took a quarter of the time.
_BLOCK = 1_000_000  # numbers that a processor takes at once
_PIECE = 125_000  # of which so many are ranked at once: they and what is made of them stay near the processor


class Mixing(NamedTuple):
    """Effective sample sizes and R-hat of n quantities, each (n,); NaN where undefined."""

    ess_bulk: Floats
    ess_tail: Floats
    r_hat: Floats

    def take(self, positions: NDArray[np.int64]) -> Mixing:
        """Some of the quantities."""
        return Mixing(*(values[positions] for values in self))


@dataclass(frozen=True, eq=False)
class Mixed:
    """How the quantities of a fit mixed, each found when it is first asked for."""

    draws: Draws

    def of(self, name: str) -> Mixing:
        """How each of the numbers of a quantity mixed."""
        if name not in self._found:
            parts = [mixing(self._flat(name, piece)) for piece in self.draws.pieces(name)]
            whole = len(parts) != 1
            self._found[name] = joined(parts) if whole else parts[0]
        return self._found[name]

    def _flat(self, name: str, units: Units) -> Floats:
        values = self.draws.whole(name, units)
        flat: Floats = values.reshape(*values.shape[:2], -1)
        return flat

    def found(self, name: str) -> Mixing | None:
        """The same, where it was found before."""
        return self._found.get(name)

    def keep(self, name: str, found: Mixing) -> None:
        """How the numbers of a quantity mixed, as was found on the way to something else."""
        self._found[name] = found

    def of_some(self, name: str, units: Codes) -> Mixing:
        """How the numbers of some units of a quantity mixed."""
        if name in self._found or len(units) == self.draws.size(name)[0]:
            numbers = self.draws.size(name)[1]
            return self.of(name).take((units[:, None] * numbers + np.arange(numbers)).ravel())
        return mixing(self._flat(name, units))

    @cached_property
    def _found(self) -> dict[str, Mixing]:
        return {}


def joined(parts: Sequence[Mixing]) -> Mixing:
    """How many quantities mixed, of which parts are given."""
    empty = [np.empty(0)]
    return (
        Mixing(*(np.concatenate([*empty, *values]) for values in zip(*parts, strict=True)))
        if parts
        else Mixing(*empty * 3)
    )


def mixing(values: Floats) -> Mixing:
    """How well chains mixed.

    Parameters
    ----------
    values : ndarray, (chains, draws, n)
        One chain is split in halves, which are compared.

    Returns
    -------
    Mixing
        Undefined (NaN) with fewer than 4 draws, for a constant, and where a draw is not finite.
    """
    chains, draws, n = values.shape
    found = Mixing(*(np.full(n, np.nan) for _ in range(3)))
    if draws < _ENOUGH or chains == 0:
        return found

    def fill(block: slice) -> None:
        x = turned(values[:, :, block])
        for piece in chunks(len(x), chains * draws, _PIECE):
            for whole, part in zip(found, _of_piece(x[piece]), strict=True):
                whole[block][piece] = part

    for_each(chunks(n, chains * draws, _BLOCK), fill)
    return found


def _of_piece(x: Floats) -> Mixing:
    low, high = x.min(axis=(1, 2)), x.max(axis=(1, 2))
    defined = np.isfinite(low) & np.isfinite(high) & (low < high)
    if defined.all():
        return _mixing(x)
    found = Mixing(*(np.full(len(x), np.nan) for _ in range(3)))
    if defined.any():
        for whole, part in zip(found, _mixing(x[defined]), strict=True):
            whole[defined] = part
    return found


def _mixing(x: Floats) -> Mixing:
    """Of x (n, chains, draws), nowhere constant."""
    halves = _split(x)
    order = _order(halves)
    whole = order if halves.size == x.size else _order(x)
    bulk = series_of_numbers(scores(order).reshape(halves.shape))
    ends = np.concatenate([whole.quantile(share) for share in (0.05, 0.95)]).reshape(2, len(x), 1, 1)
    tails = series_of_flags((halves <= ends).reshape(-1, *halves.shape[1:]))
    folded = spread(order, halves.shape[1])
    ess_bulk, ess_tail = effective_sizes([bulk, tails])
    means, within = np.stack([bulk.means, folded.means]), np.stack([bulk.variance(), folded.variance])
    return Mixing(
        ess_bulk, ess_tail.reshape(2, -1).min(axis=0), _r_hat(means, within, halves.shape[2]).max(axis=0)
    )


def _split(x: Floats) -> Floats:
    """Halves of chains as chains; of an odd number of draws the middle one is left out."""
    n, chains, draws = x.shape
    half = draws // 2
    if draws % 2:
        x = np.concatenate([x[:, :, :half], x[:, :, -half:]], axis=2)
    return x.reshape(n, 2 * chains, half)


def _order(x: Floats) -> Order:
    return order_of(x.reshape(len(x), -1))


def _r_hat(means: Floats, within: Floats, draws: int) -> Floats:
    """From the means of chains (along the last axis) and the variance within them."""
    between = draws * means.var(axis=-1, ddof=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: Floats = np.sqrt((between / within + draws - 1) / draws)
    return ratio
