"""How much the units of a random variable were pooled, from draws (decision 18)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing, warn
from stanlevels.graph import ROWS
from stanlevels.linear.trees import Tree, gaussian_tree
from stanlevels.plan.planned import Planned
from stanlevels.results.arviz.axes import rows_of
from stanlevels.results.draws import Draws
from stanlevels.results.tables.pooling import Shrinkage
from stanlevels.results.tables.shares import latent_shares
from stanlevels.values.pieces import chunks
from stanlevels.values.remembered import remembered

__all__ = ["FoundPooling", "Pooled", "Pooling"]


@dataclass(frozen=True, eq=False)
class Pooled:
    """Sums over draws, turned into moments.

    Attributes
    ----------
    deviation, variance : ndarray, (units, components)
        Posterior mean and variance of each unit's deviation from its declared mean.
    spread : ndarray, (components,)
        Posterior mean of tau, averaged over units.
    weight : ndarray, (units, components)
    factor : ndarray, (components,)
        Gelman and Pardoe's lambda: 1 = complete pooling.
    """

    deviation: Array
    variance: Array
    spread: Array
    weight: Array
    factor: Array


@dataclass(frozen=True, eq=False)
class FoundPooling:
    """The pooling of every random variable of a fit, as it was found while the rows were there.

    Attributes
    ----------
    pooled : mapping of str to Pooled
    shares : mapping of str to float
        Posterior means of shares of a row's variance.
    """

    pooled: Mapping[str, Pooled]
    shares: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Pooling:
    """The pooling of every random variable of a fit; the linear predictor is read once.

    Attributes
    ----------
    draws : Draws
    known : FoundPooling, optional
        Where it was found before, and the rows are gone.
    """

    draws: Draws
    known: FoundPooling | None = None

    @property
    def found(self) -> FoundPooling:
        """All of it."""
        names = [name for name in self.draws.planned.latent if self._applies(name)]
        pooled = {name: found for name in names if (found := self.of(name)) is not None}
        return FoundPooling(pooled, {name: self._share(name) for name in pooled})

    @cached_property
    def _found(self) -> dict[str, Pooled | None]:
        return {}

    @cached_property
    def _tree(self) -> Tree | None:
        return gaussian_tree(self.draws.planned, self.draws.bound)

    @cached_property
    def _shares(self) -> Mapping[str, float]:
        """Posterior means of shares of the variance of a row, on the scale of the predictor."""
        return latent_shares(self.draws) if self.known is None else self.known.shares

    def _share(self, name: str) -> float:
        return self._shares.get(name, float("nan"))

    def of(self, name: str) -> Pooled | None:
        """Pooling of one quantity; None for what is not a normal random variable over units."""
        if self.known is not None:
            return self.known.pooled.get(name)
        if name not in self._found:
            self._found[name] = self._pooled(name) if self._applies(name) and self._has(name) else None
        return self._found[name]

    def columns(self, name: str, estimate: Array) -> dict[str, Array]:
        """Columns of `effects`: weight, and the two estimates between which the posterior mean lies."""
        found = self.of(name)
        if found is None:
            return {}
        deviation, weight = found.deviation.ravel(), found.weight.ravel()
        complete = estimate - deviation
        with np.errstate(invalid="ignore", divide="ignore"):
            alone = np.where(weight > 0, complete + deviation / weight, np.nan)
        return {"weight": weight, "no_pooling": alone, "complete_pooling": complete}

    def shrinkage(self) -> dict[str, Shrinkage]:
        """What `pooling` shows of every random variable."""
        names = [name for name in self.draws.planned.latent if self._applies(name)]
        found = {name: pooled for name in names if (pooled := self.of(name)) is not None}
        if lost := [name for name in names if name not in found]:
            _without(lost, found)
        return {
            name: Shrinkage(p.spread, p.factor, p.weight.mean(axis=0), self._share(name))
            for name, p in found.items()
        }

    def _has(self, name: str) -> bool:
        """Whether the draws that pooling is found from were recorded."""
        around = [name]
        if self._tree is not None and name in self._tree.order:
            around += [*self._tree.order, self._tree.line]
        lines = [self.draws.line(each) for each in around]
        scales = [line.args[line.scale] for line in lines]
        return self.draws.holds(name) and self.draws.locates(name) and self.draws.determines(scales)

    def _applies(self, name: str) -> bool:
        line = self.draws.line(name)
        if not line.is_latent or not line.family.is_gaussian:
            return False
        units, _ = self.draws.size(name)
        return bool(line.domain and not line.variable.ordered and units and self.draws.shape[1])

    def _pooled(self, name: str) -> Pooled:
        draws, line = self.draws, self.draws.line(name)
        (n, width), (chains, length) = draws.size(name), draws.shape
        tree = self._tree if self._tree is not None and name in self._tree.order else None
        first, second, tau, tau2 = (np.zeros((n, width)) for _ in range(4))
        weight, spreads = np.zeros((n, 1)), _Spreads((chains, length, width))
        data = remembered(draws.bound)
        for window, units in self._pieces(name):
            part = replace(draws.window(window), bound=data)
            mean, sd = (
                part.evaluate(line.args[arg], line.domain, units) for arg in (line.location, line.scale)
            )
            deviation = part.whole(name, units) - mean
            first[units] += deviation.sum(axis=(0, 1))
            second[units] += np.square(deviation).sum(axis=(0, 1))
            tau[units] += np.broadcast_to(sd, deviation.shape).sum(axis=(0, 1))
            tau2[units] += np.broadcast_to(np.square(sd), deviation.shape).sum(axis=(0, 1))
            spreads.add(window, deviation)
        if tree is not None:
            for window in chunks(length, chains * n):
                weight += _weights(tree, name, draws.window(window)).sum(axis=(0, 1))[:, None]
        between = spreads.variances().sum(axis=(0, 1)) if n > 1 else np.zeros(width)
        count = chains * length
        own = first / count
        variance = np.maximum(second / count - np.square(own), 0)
        tau2 /= count
        with np.errstate(invalid="ignore", divide="ignore"):
            share = weight / count if tree is not None else np.clip(1 - variance / tau2, 0, 1)
            factor = 1 - own.var(axis=0, ddof=1) / (between / count) if n > 1 else np.full(width, np.nan)
        share = np.where(_without_rows(draws, name)[:, None], 0.0, np.broadcast_to(share, own.shape))
        return Pooled(own, variance, tau.mean(axis=0) / count, share, factor)

    def _pieces(self, name: str) -> list[tuple[slice, slice]]:
        """Draws and units in pieces that bound the memory: of units, where draws are made again each time."""
        (n, width), (chains, length) = self.draws.size(name), self.draws.shape
        if self.draws.is_on_demand(name):
            return [(slice(0, length), units) for units in self.draws.pieces(name)]
        return [(draws, slice(0, n)) for draws in chunks(length, chains * n * width)]


class _Spreads:
    """Variances over units, for every draw, of units that come in pieces (Chan, Golub and LeVeque 1979)."""

    def __init__(self, shape: tuple[int, int, int]) -> None:
        self._n = np.zeros((1, shape[1], 1))
        self._mean, self._squares = np.zeros(shape), np.zeros(shape)

    def add(self, draws: slice, values: Array) -> None:
        """Values (chains, draws, units, components) of some more units, for some draws."""
        more = values.shape[2]
        mean = values.mean(axis=2)
        squares = np.square(values - mean[:, :, None]).sum(axis=2)
        n = self._n[:, draws]
        apart = mean - self._mean[:, draws]
        self._squares[:, draws] += squares + np.square(apart) * n * more / (n + more)
        self._mean[:, draws] += apart * more / (n + more)
        self._n[:, draws] += more

    def variances(self) -> Array:
        """(chains, draws, components)."""
        return np.asarray(self._squares / (self._n - 1))


def _without(lost: list[str], found: Collection[str]) -> None:
    """Say that the pooling of some quantities rests on draws that were not recorded."""
    what = f"the pooling of {listing(lost)} needs draws that were not recorded, as record= asked"
    if not found:
        raise FitError(what, way_out="fit again without record=")
    warn(f"{what}: left out of the table")


def _without_rows(draws: Draws, name: str) -> Array:
    """Units of which no data tell anything: they have no rows, and all outcomes are of rows."""
    counts = rows_of(draws.line(name).domain, draws.bound)
    if counts is None or not _outcomes_of_rows(draws.planned):
        return np.zeros(draws.size(name)[0], dtype=bool)
    return np.asarray(counts == 0)


def _outcomes_of_rows(planned: Planned) -> bool:
    return all(line.domain == (ROWS,) for line in planned.observed.values())


def _weights(tree: Tree, name: str, part: Draws) -> Array:
    variances = {}
    for each in tree.order:
        line = part.line(each)
        sd = part.evaluate(line.args[line.scale], line.domain)[:, :, 0, 0]
        variances[each] = np.broadcast_to(np.square(sd), part.shape)
    line = part.line(tree.line)
    sigma = part.evaluate(line.args[line.scale], line.domain, slice(0, 1))[:, :, 0, 0] / tree.scale
    return tree.weights(name, variances, np.broadcast_to(np.square(sigma), part.shape))
