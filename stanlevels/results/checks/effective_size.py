"""Effective sample sizes of many quantities: draws over the integrated autocorrelation time.

Geyer's initial monotone sequence: autocorrelations are added in pairs up to the first pair that is not
positive. Chains that mix well stop after a few lags, so lags are taken one after another as sums of
products, of the quantities that have not stopped; the few that go on are done with by a Fourier transform.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["effective_size"]

Floats = NDArray[np.float64]

_PAIRS = 8  # pairs of lags after which a Fourier transform is cheaper


def effective_size(centred: Floats, means: Floats) -> Floats:
    """Effective sample sizes, (n,).

    Parameters
    ----------
    centred : ndarray, (n, chains, draws)
        Deviations from the mean of each chain.
    means : ndarray, (n, chains)
        These means.
    """
    _, chains, draws = centred.shape
    variance = _lagged(centred, 0)
    within = variance * draws / (draws - 1)
    pooled = variance + (means.var(axis=1, ddof=1) if chains > 1 else 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        time = _autocorrelation_time(centred, within, pooled)
        time = np.maximum(time, 1 / np.log10(chains * draws))
        return np.asarray(np.where(pooled > 0, chains * draws / time, chains * draws))


def _lagged(centred: Floats, lag: int) -> Floats:
    """Biased autocovariance at a lag, averaged over chains."""
    _, chains, draws = centred.shape
    sums = np.einsum("ijk,ijk->i", centred[:, :, lag:], centred[:, :, : draws - lag])
    mean: Floats = sums / (chains * draws)
    return mean


def _autocorrelation_time(centred: Floats, within: Floats, pooled: Floats) -> Floats:
    """-1 + 2 sum of autocorrelations, from pairs of lags up to the first pair that is not positive."""
    n, _, draws = centred.shape
    usable = max(-(-(draws - 4) // 2), 0)
    time, smallest, active = np.full(n, -1.0), np.full(n, np.inf), np.arange(n)
    for pair in range(min(usable, _PAIRS)):
        first, second = (1 - (within - _lagged(centred, lag)) / pooled for lag in (2 * pair, 2 * pair + 1))
        first = first if pair else np.ones(len(active))
        goes_on = first + second > 0
        time[active[~goes_on]] += np.maximum(first[~goes_on], 0)
        active, within, pooled = active[goes_on], within[goes_on], pooled[goes_on]
        if not len(active):
            return time
        centred = centred if goes_on.all() else centred[goes_on]
        smallest[active] = np.minimum(smallest[active], (first + second)[goes_on])
        time[active] += 2 * smallest[active]
    time[active] = _by_transform(centred, within, pooled, usable)
    return time


def _by_transform(centred: Floats, within: Floats, pooled: Floats, usable: int) -> Floats:
    """The same from the autocovariances of all lags."""
    from scipy.fft import irfft, next_fast_len, rfft

    draws = centred.shape[2]
    length = next_fast_len(2 * draws, real=True)
    spectrum = rfft(centred, length, axis=2)
    power = (spectrum.real**2 + spectrum.imag**2).mean(axis=1)
    covariance = irfft(power, length, axis=1)[:, :draws] / draws
    rho = 1 - (within[:, None] - covariance) / pooled[:, None]
    rho[:, 0] = 1
    even, odd = rho[:, 0 : 2 * usable + 1 : 2], rho[:, 1 : 2 * usable + 2 : 2]
    pairs = even[:, :usable] + odd[:, :usable]
    stop = np.where((pairs > 0).all(axis=1), usable, np.argmax(pairs <= 0, axis=1) if usable else 0)
    kept = np.arange(usable) < stop[:, None]
    after = np.take_along_axis(even, stop[:, None], axis=1)[:, 0]
    sums = np.where(kept, np.minimum.accumulate(pairs, axis=1), 0).sum(axis=1)
    time: Floats = -1 + 2 * sums + np.maximum(after, 0)
    return time
