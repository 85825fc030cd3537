"""Check for ridges: quantities of which data determine a sum, and only priors the difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from stanlevels.arrays import Array
from stanlevels.plan.planned import Planned
from stanlevels.results.checks.convergence import ESS_PER_CHAIN
from stanlevels.results.checks.evidence import Evidence
from stanlevels.results.checks.findings import Finding
from stanlevels.results.checks.mixing import mixing
from stanlevels.results.draws import Draws

__all__ = ["Ridge", "check_ridges", "ridges"]

TOGETHER = 0.95  # correlation above which two numbers move as one
NARROW = 0.25  # standard deviation of the sum, as a share of the smaller of the two
_SHOWN = 3
_MOST = 100  # quantities that are looked at in pairs


@dataclass(frozen=True)
class Ridge:
    """Two numbers of which one combination is far better known than either.

    Attributes
    ----------
    first, second : str
        Quantities; of one with units, the mean over these.
    sign : {1, -1}
        The sum is determined, or the difference.
    narrow, wide : float
        Standard deviations of the combination that is determined and of the other.
    """

    first: str
    second: str
    sign: int
    narrow: float
    wide: float

    @property
    def words(self) -> str:
        """Which combination the data determine, and which they do not."""
        plus, minus = (f"{self.first} {sign} {self.second}" for sign in "+-")
        known, free = (plus, minus) if self.sign > 0 else (minus, plus)
        return f"{known} is determined (sd {self.narrow:.2g}) and {free} is not (sd {self.wide:.2g})"


def check_ridges(evidence: Evidence) -> Iterator[Finding]:
    """Pairs of quantities that only priors tell apart."""
    found = ridges(evidence.draws)
    if not found:
        return
    said = [ridge.words for ridge in found[:_SHOWN]]
    more = f", and so for {len(found) - _SHOWN} more pairs" if len(found) > _SHOWN else ""
    first = found[0]
    yield Finding(
        "ridge",
        (first.first, first.second),
        f"only priors tell {first.first} and {first.second} apart",
        f"The draws lie on a ridge: {'; '.join(said)}{more}. Chains move along it slowly, and how far it"
        " reaches is the priors' choice.",
        "a number in place of one of the two where both stand in one sum (0 for the mean of one of two"
        " levels), or a tighter prior for it; or use what is determined as it is",
        serious=False,
    )


def ridges(draws: Draws) -> list[Ridge]:
    """Pairs of quantities whose sum or difference is far narrower than either, the narrowest first.

    The mean over the units of an effect has such a partner in most crossed models, and does no harm there: it
    counts where chains were slow along the ridge.
    """
    series, planned = _series(draws), draws.planned
    found = []
    for (first, x), (second, y) in combinations(series.items(), 2):
        if _related(first, second, planned) or (ridge := _ridge(first, x, second, y)) is None:
            continue
        if not planned.lines[first].domain and not planned.lines[second].domain:
            found.append(ridge)
        elif _slow(x - ridge.sign * y):
            words = [f"mean({name})" if planned.lines[name].domain else name for name in (first, second)]
            found.append(replace(ridge, first=words[0], second=words[1]))
    return sorted(found, key=lambda ridge: ridge.narrow / ridge.wide)


def _ridge(first: str, x: Array, second: str, y: Array) -> Ridge | None:
    correlation = float(np.mean(x * y) / (x.std() * y.std()))
    sign = -1 if correlation > 0 else 1
    narrow, wide = float((x + sign * y).std()), float((x - sign * y).std())
    on_it = abs(correlation) > TOGETHER and narrow < NARROW * min(x.std(), y.std())
    return Ridge(first, second, sign, narrow, wide) if on_it else None


def _slow(along: Array) -> bool:
    """Whether draws (chains, draws) are worth fewer than are wanted."""
    return bool(mixing(along[:, :, None]).ess_bulk[0] < ESS_PER_CHAIN * len(along))


def _series(draws: Draws) -> dict[str, Array]:
    """Draws (chains, draws) about their mean of unknown numbers, and of means over units."""
    found: dict[str, Array] = {}
    for name, quantity in draws.planned.quantities.items():
        units, width = draws.size(name)
        if not quantity.is_unknown or width != 1 or not units or not draws.holds(name):
            continue
        if draws.is_on_demand(name):  # their mean follows from what was sampled, which is looked at
            continue
        with np.errstate(invalid="ignore"):
            values = draws.whole(name).mean(axis=(2, 3))
        if len(found) < _MOST and np.isfinite(values).all() and values.size > 1 and np.ptp(values) > 0:
            found[name] = values - values.mean()
    return found


def _related(first: str, second: str, planned: Planned) -> bool:
    """Whether one is declared by means of the other: then they belong together by declaration."""
    return first in _above(second, planned) or second in _above(first, planned)


def _above(name: str, planned: Planned) -> set[str]:
    found: set[str] = set()
    pending = list(planned.graph.parents[name])
    while pending:
        parent = pending.pop()
        if parent not in found:
            found.add(parent)
            pending += planned.graph.parents[parent]
    return found
