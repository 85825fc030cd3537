"""Effective sample sizes of many quantities: draws over the integrated autocorrelation time.

Geyer's initial monotone sequence: autocorrelations are added in pairs up to the first pair that is not
positive. Chains that mix well stop at the first lags; those that go on are given more, then all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stanlevels.arrays import Array
from stanlevels.results.checks.series import Rows, Series, autocovariances

__all__ = ["effective_sizes"]

Floats = NDArray[np.float64]

_LAGS = 64  # up to which products of matrices are cheaper than a Fourier transform


def effective_sizes(several: Sequence[Series]) -> list[Floats]:
    """Effective sample sizes of each of several series, of chains as many and as long."""
    _, chains, draws = several[0].draws.shape
    covariances = np.concatenate([series.covariances for series in several])
    variance = covariances[:, 0]
    within = variance * (draws / (draws - 1))
    between = np.concatenate([series.means for series in several]).var(axis=1, ddof=1) if chains > 1 else 0.0
    pooled = variance + between
    found, first = [], 0
    with np.errstate(divide="ignore", invalid="ignore"):
        time, stopped = _time(covariances, within, pooled, draws)
        for series in several:
            some = slice(first, first + len(series.draws))
            long = _finished(series.draws, time[some], stopped[some], within[some], pooled[some])
            long = np.maximum(long, 1 / np.log10(chains * draws))
            found.append(np.where(pooled[some] > 0, chains * draws / long, chains * draws))
            first = some.stop
    return found


def _finished(draws: Rows, time: Floats, stopped: Array, within: Floats, pooled: Floats) -> Floats:
    """Times of which those that did not stop are replaced by times of more lags, then of all."""
    length, rest = draws.shape[2], np.flatnonzero(~stopped)
    for more in (_some_covariances, _all_covariances) if length > _LAGS else (_all_covariances,):
        if rest.size:
            found, stopped = _time(more(draws[rest]), within[rest], pooled[rest], length)
            time[rest] = found
            rest = rest[~stopped]
    return time


def _time(covariances: Floats, within: Floats, pooled: Floats, draws: int) -> tuple[Floats, Array]:
    """Autocorrelation time, -1 + 2 sum of autocorrelations, and whether the sum stopped at these lags."""
    last = max(-(-(draws - 4) // 2), 0)  # pair of lags, which is not asked whether it is positive
    known = min(last + 1, covariances.shape[1] // 2)
    rho = 1 - (within[:, None] - covariances[:, : 2 * known]) / pooled[:, None]
    rho[:, 0] = 1
    even = rho[:, ::2]
    pairs = even + rho[:, 1::2]
    stops = ~(pairs > 0)
    stops[:, last:] = True
    stop = np.argmax(stops, axis=1)
    kept = np.arange(known) < stop[:, None]
    sums = np.where(kept, np.minimum.accumulate(pairs, axis=1), 0).sum(axis=1)
    at = np.arange(len(rho)), stop
    after = np.where(pairs[at] >= 0, even[at], np.maximum(even[at], 0))
    return -1 + 2 * sums + after, np.asarray(stops.any(axis=1))


def _some_covariances(x: Rows) -> Floats:
    return autocovariances(x, _LAGS)


def _all_covariances(x: Rows) -> Floats:
    """Biased autocovariances at all lags, averaged over chains, (n, draws)."""
    from scipy.fft import irfft, next_fast_len, rfft

    draws = x.shape[2]
    length = next_fast_len(2 * draws, real=True)
    spectrum = rfft(x - x.mean(axis=2, dtype=float)[:, :, None], length, axis=2)
    parts = spectrum.view(np.float64)
    squares = np.einsum("ijk,ijk->ik", parts, parts) / x.shape[1]
    power = squares[:, ::2] + squares[:, 1::2]  # of the real and the imaginary parts
    found: Floats = irfft(power, length, axis=1)[:, :draws] / draws
    return found
