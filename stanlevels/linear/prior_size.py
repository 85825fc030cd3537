"""The size of a quantity from every place where it stands, in whatever order they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from stanlevels.arrays import Array
from stanlevels.linear.size_of import Reference, Size

__all__ = ["PriorSize", "prior_size"]


@dataclass(frozen=True, eq=False)
class PriorSize:
    """Where the numbers of a quantity may lie.

    Attributes
    ----------
    center, spread : ndarray, (numbers,)
    words : str
    beside : tuple of tuple of Reference
        Of every number, what stands beside it where it is an intercept.
    is_intercept : ndarray, (numbers,)
        Which numbers move a predictor as a whole.
    far : ndarray, (numbers,)
        How far an intercept may lie from the predictor at the covariates' means: the spread of the sum of
        what stands beside it.
    """

    center: Array
    spread: Array
    words: str
    beside: tuple[tuple[Reference, ...], ...]
    is_intercept: Array
    far: Array

    def reaching(self, location: float | None) -> PriorSize:
        """Wide enough where the prior cannot be placed at the covariates' means.

        `location` is where it lies, if that was given; else it lies at the centre.
        """
        apart = np.zeros_like(self.far) if location is None else self.center - location
        far = np.where(self.is_intercept, np.hypot(self.far, apart), 0.0)
        return replace(self, spread=np.hypot(self.spread, far))

    def from_zero(self) -> PriorSize:
        """Wide enough for a distribution that begins at 0."""
        from_there = np.maximum(self.spread, np.abs(self.center))
        spread = np.where(self.is_intercept, np.hypot(from_there, self.far), self.spread)
        return replace(self, spread=spread)


def prior_size(sizes: Sequence[Size], numbers: int, others: Mapping[str, Sequence[Size]]) -> PriorSize | None:
    """One size from all: the widest; of an intercept of several predictors the middle of their centres."""
    if not sizes:
        return None
    spread, words = np.zeros(numbers), [""] * numbers
    centers: list[list[float]] = [[] for _ in range(numbers)]
    beside: list[list[tuple[Reference, ...]]] = [[] for _ in range(numbers)]
    for size in sizes:
        for k in range(numbers) if size.position is None else (size.position,):
            mine = size.spread[k] if len(size.spread) == numbers else size.spread[0]
            if mine > spread[k]:
                spread[k], words[k] = mine, size.words
            if size.intercept is not None or size.center:
                centers[k].append(size.center)
            if size.intercept is not None:
                beside[k].append(size.intercept.beside)
    told = spread > 0
    spread = np.where(told, spread, spread[told].max(initial=0.0) or 1.0)
    center = np.array([float(np.mean(c)) if c else 0.0 for c in centers])
    apart = np.array([float(np.ptp(c)) if c else 0.0 for c in centers])
    joined = tuple(_joined(each) for each in beside)
    far = np.array([_far(references, others) for references in joined])
    said = "; ".join(dict.fromkeys(word for word in words if word))
    moving = np.array([bool(each) for each in beside])
    return PriorSize(center, np.hypot(spread, apart), said, joined, moving, far)


def _joined(each: list[tuple[Reference, ...]]) -> tuple[Reference, ...]:
    """What stands beside an intercept of several predictors: the mean over them."""
    total: dict[tuple[str, int | None], Array] = {}
    for references in each:
        for reference in references:
            key = (reference.name, reference.position)
            total[key] = total.get(key, np.zeros(1)) + np.array(reference.means) / len(each)
    return tuple(
        Reference(name, k, tuple(means.tolist())) for (name, k), means in sorted(total.items(), key=str)
    )


def _far(references: tuple[Reference, ...], others: Mapping[str, Sequence[Size]]) -> float:
    square = 0.0
    for reference in references:
        for k, mean in enumerate(reference.means):
            position = k if reference.position is None else reference.position
            spreads = [
                max(s.spread) for s in others.get(reference.name, ()) if s.position in (None, position)
            ]
            square += (mean * max(spreads, default=0.0)) ** 2
    return float(np.sqrt(square))
