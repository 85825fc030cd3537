"""Rates and probabilities of conjugate pairs drawn back: gamma or beta, given everything else."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.distributions.numbers import value_of
from stanlevels.distributions.pairs import RATE
from stanlevels.distributions.special import special
from stanlevels.plan.facts import Facts
from stanlevels.values.arguments import arguments_of
from stanlevels.values.evaluate import evaluate
from stanlevels.values.gammas import blocks_of, log_gammas, windows_of
from stanlevels.values.group import Beside, ConjugateGroup
from stanlevels.values.pieces import chunks, for_each
from stanlevels.values.sampled import lanes
from stanlevels.values.standard import UNITS
from stanlevels.values.store import Units, Values

__all__ = ["Paired"]

_PIECE = 1_000_000  # units times draws handled at once
_CELLS = 4_000_000  # cells times draws whose exposures are computed at once
_TINY = np.log(np.finfo(float).tiny)


@dataclass(frozen=True, eq=False)
class Paired:
    """What was integrated out of a conjugate pair, drawn given the rest each time it is asked for.

    Attributes
    ----------
    group : ConjugateGroup
    values : Values
        Draws of everything that it depends on.
    data : Facts
    key : tuple of int
        Decides the draws.
    draws : range
        Which draws of every chain.
    """

    group: ConjugateGroup
    values: Values
    data: Facts
    key: tuple[int, ...]
    draws: range

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of chains and of draws per chain."""
        return self.values.shape[0], len(self.draws)

    def window(self, draws: slice) -> Paired:
        """The same with some of the draws of every chain."""
        return replace(self, draws=self.draws[draws])

    def all(self) -> Array:
        """Draws of all units, in pieces so that memory stays bounded."""
        chains, draws = self.shape
        found = np.empty((chains, draws, self.group.size, 1))

        def work(piece: slice) -> None:
            units = np.arange(piece.start * UNITS, min(piece.stop * UNITS, self.group.size))
            found[:, :, units[0] : units[-1] + 1] = self._blocks(units, self.draws)

        for_each(chunks(-(-self.group.size // UNITS), chains * draws * UNITS, _PIECE), work)
        return found

    def at(self, units: Units) -> Array:
        """Draws of some units, (chains, draws, units, 1)."""
        wanted = np.arange(self.group.size)[units]
        chains, draws = self.shape
        found = np.empty((chains, draws, len(wanted), 1))
        blocks, block = np.unique(wanted // UNITS, return_inverse=True)
        order = np.argsort(block, kind="stable")
        for piece in chunks(len(blocks), chains * draws * UNITS, _PIECE):
            some = order[
                np.searchsorted(block[order], piece.start) : np.searchsorted(block[order], piece.stop)
            ]
            whole = blocks_of(wanted[some], self.group.size)
            found[:, :, some] = self._blocks(whole, self.draws)[:, :, np.searchsorted(whole, wanted[some])]
        return found

    def _blocks(self, units: Codes, draws: range) -> Array:
        """Some draws of the units of whole blocks."""
        whole = windows_of(draws, self.values.shape[1])
        first, second = self._posterior(units, whole)
        one = log_gammas(first, (*self.key, 0), units, whole)
        if self.group.kind == RATE:
            found = np.exp(np.maximum(one - np.log(second), _TINY))
        else:
            found = special.expit(one - log_gammas(second, (*self.key, 1), units, whole))
        own = np.asarray(draws) - (whole.start if len(whole) else 0)
        return np.asarray(found[:, :, own].transpose(1, 2, 0)[..., None])

    def _posterior(self, units: Codes, window: range) -> tuple[Array, Array]:
        """The two arguments of every unit's distribution given the rows, (units, chains, draws)."""
        values = self.values.window(slice(window.start, window.stop))
        line = values.planned.lines[self.group.name]
        arguments = arguments_of(line, values, self.data, units)
        chains, draws = values.shape

        def by_unit(x: Array) -> Array:
            whole = np.broadcast_to(x, (chains, draws, len(units), 1))
            return whole[..., 0].transpose(2, 0, 1)

        first, second = (
            by_unit(np.asarray(value_of(argument, arguments))) + added[units][:, None, None]
            for argument, added in zip(self.group.shapes, self.group.added, strict=True)
        )
        for beside in self.group.beside:
            second = second + self._exposures(beside, units, values)
        return first, second

    def _exposures(self, beside: Beside, units: Codes, values: Values) -> Array:
        """What an outcome's rows add by what was sampled, (units, chains, draws)."""
        chains, draws = values.shape
        found = np.empty((len(units), chains, draws))
        if not beside.term.domain:
            factor = np.exp(evaluate(beside.term, beside.domain, values, self.data)[:, :, 0, 0])
            total = np.add.reduceat(np.append(beside.exposure, 0.0), beside.first[:-1])
            found[:] = np.where(np.diff(beside.first) > 0, total, 0.0)[units][:, None, None] * factor
            return found
        counts = beside.first[units + 1] - beside.first[units]
        each = max(1, chains * draws)
        ends = np.cumsum(counts)
        start = 0
        while start < len(units):
            before = ends[start - 1] if start else 0
            stop = max(start + 1, int(np.searchsorted(ends, before + _CELLS // each, side="right")))
            some = units[start:stop]
            found[start:stop] = _summed(beside, some, values, self.data).reshape(len(some), chains, draws)
            start = stop
        return found


def _summed(beside: Beside, units: Codes, values: Values, data: Facts) -> Array:
    """Sums of the exposures of some units' cells, (units, chains * draws)."""
    counts = beside.first[units + 1] - beside.first[units]
    inside = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    cells = np.repeat(beside.first[units], counts) + inside
    logs = evaluate(beside.term, beside.domain, values, data, beside.rows[cells])[..., 0]
    chains, draws = values.shape
    each = lanes(np.broadcast_to(np.exp(logs), (chains, draws, len(cells)))) * beside.exposure[cells][:, None]
    found = np.zeros((len(units), chains * draws))
    some = counts > 0
    if some.any():
        found[some] = np.add.reduceat(each, (np.cumsum(counts) - counts)[some], axis=0)
    return found
