"""What the checks of a fit look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.arrays import Array
from stanlevels.results.checks.mixing import Mixed, Mixing
from stanlevels.results.draws import Draws, is_constant
from stanlevels.results.tables.subjects_of_rows import shown_positions

if TYPE_CHECKING:
    from stanlevels.engines.base import RawDraws, Settings

__all__ = ["Evidence", "gather"]


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the checks look at.

    Attributes
    ----------
    draws : Draws
        By quantity.
    raw : RawDraws
        Statistics of the sampler, chains that failed.
    settings : Settings
        What was asked for.
    mixed : mapping
        For each recorded quantity that the declaration lets vary: flat positions of its numbers, and
        how each mixed. Of quantities with too many draws to be stored some units stand for all.
    """

    draws: Draws
    raw: RawDraws
    settings: Settings
    mixed: dict[str, tuple[Array, Mixing]]

    @property
    def n_draws(self) -> int:
        """Draws in all chains."""
        return self.draws.shape[0] * self.draws.shape[1]

    def stat(self, name: str) -> Array:
        """A statistic of the sampler (chains, draws); empty where the engine has none."""
        found: Array = np.asarray(self.raw.stats.get(name, np.empty((0, 0))))
        return found


def gather(draws: Draws, mixed: Mixed, raw: RawDraws, settings: Settings) -> Evidence:
    """Evidence from every recorded quantity that the declaration lets vary."""
    found = {}
    for name in draws.recorded:
        if not is_constant(draws.planned, name):
            (n, width), units = draws.size(name), draws.some_units(name)
            positions = shown_positions(draws.planned, name, n)
            if len(units) == n:
                found[name] = positions, mixed.of(name).take(positions)
            else:
                every = (units[:, None] * width + np.arange(width)).ravel()
                shown = np.isin(every, positions)
                found[name] = every[shown], mixed.of_some(name, units).take(np.flatnonzero(shown))
    return Evidence(draws, raw, settings, found)
