"""Rank-normalised R-hat and effective sample sizes, for many quantities at once.

After Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021), "Rank-normalization, folding, and
localization: an improved R-hat", Bayesian Analysis 16(2), 667-718. Whole arrays go through one
Fourier transform, so that thousands of units take seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stanlevels.results.draws import Draws
from stanlevels.values.pieces import chunks

__all__ = ["Mixed", "Mixing", "mixing"]

Floats = NDArray[np.float64]

_ENOUGH = 4  # draws per chain below which halves of chains cannot be compared


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
            self._found[name] = mixing(self.draws.flat(name))
        return self._found[name]

    @cached_property
    def _found(self) -> dict[str, Mixing]:
        return {}


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
    for piece in chunks(n, chains * draws):
        x = np.ascontiguousarray(np.moveaxis(values[:, :, piece], 2, 0), dtype=float)
        defined = np.isfinite(x).all(axis=(1, 2)) & (x != x[:, :1, :1]).any(axis=(1, 2))
        if not defined.any():
            continue
        for whole, part in zip(found, _mixing(x[defined]), strict=True):
            whole[np.flatnonzero(defined) + piece.start] = part
    return found


def _mixing(x: Floats) -> tuple[Floats, Floats, Floats]:
    """Of x (n, chains, draws), nowhere constant."""
    halves = _split(x)
    folded = np.abs(halves - np.median(halves, axis=(1, 2), keepdims=True))
    bulk = _normal_scores(halves)
    low, high = np.quantile(x.reshape(len(x), -1), [0.05, 0.95], axis=1)
    tails = [_ess((halves <= q[:, None, None]).astype(float)) for q in (low, high)]
    r_hat = np.maximum(_r_hat(bulk), _r_hat(_normal_scores(folded)))
    return _ess(bulk), np.minimum(*tails), r_hat


def _split(x: Floats) -> Floats:
    """Halves of chains as chains; of an odd number of draws the middle one is left out."""
    half = x.shape[2] // 2
    return np.concatenate([x[:, :, :half], x[:, :, -half:]], axis=1)


def _normal_scores(x: Floats) -> Floats:
    """Normal quantiles of the ranks over all chains (Blom's offset 3/8)."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    flat = x.reshape(len(x), -1)
    ranks = rankdata(flat, axis=1)
    scores: Floats = ndtri((ranks - 0.375) / (flat.shape[1] + 0.25)).reshape(x.shape)
    return scores


def _r_hat(x: Floats) -> Floats:
    draws = x.shape[2]
    between = draws * x.mean(axis=2).var(axis=1, ddof=1)
    within = x.var(axis=2, ddof=1).mean(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: Floats = np.sqrt((between / within + draws - 1) / draws)
    return ratio


def _ess(x: Floats) -> Floats:
    """Chains times draws over the integrated autocorrelation time (Geyer's initial monotone sequence)."""
    chains, draws = x.shape[1:]
    autocovariance = _autocovariance(x)
    within = autocovariance[:, 0] * draws / (draws - 1)
    pooled = autocovariance[:, 0] + (x.mean(axis=2).var(axis=1, ddof=1) if chains > 1 else 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        rho = 1 - (within[:, None] - autocovariance) / pooled[:, None]
    rho[:, 0] = 1
    tau = np.maximum(_autocorrelation_time(rho), 1 / np.log10(chains * draws))
    size: Floats = np.where(pooled > 0, chains * draws / tau, chains * draws)
    return size


def _autocovariance(x: Floats) -> Floats:
    """Biased autocovariance (n, lags), averaged over chains."""
    from scipy.fft import irfft, next_fast_len, rfft

    draws = x.shape[2]
    length = next_fast_len(2 * draws, real=True)
    spectrum = rfft(x - x.mean(axis=2, keepdims=True), length, axis=2)
    power = (spectrum.real**2 + spectrum.imag**2).mean(axis=1)
    covariance: Floats = irfft(power, length, axis=1)[:, :draws] / draws
    return covariance


def _autocorrelation_time(rho: Floats) -> Floats:
    """-1 + 2 sum of rho, from pairs of lags up to the first pair that is not positive."""
    draws = rho.shape[1]
    usable = max(-(-(draws - 4) // 2), 0)
    even, odd = rho[:, 0 : 2 * usable + 1 : 2], rho[:, 1 : 2 * usable + 2 : 2]
    pairs = even[:, :usable] + odd[:, :usable]
    stop = np.where((pairs > 0).all(axis=1), usable, np.argmax(pairs <= 0, axis=1) if usable else 0)
    monotone = np.minimum.accumulate(pairs, axis=1)
    kept = np.arange(usable) < stop[:, None]
    after = np.take_along_axis(even, stop[:, None], axis=1)[:, 0]
    time: Floats = -1 + 2 * np.where(kept, monotone, 0).sum(axis=1) + np.maximum(after, 0)
    return time
