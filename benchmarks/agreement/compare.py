"""Two posteriors number by number: means and standard deviations in units of Monte Carlo standard errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from stanlevels.results.checks.effective_size import effective_sizes
from stanlevels.results.checks.series import series_of_numbers

__all__ = ["Moments", "bound", "compared", "moments"]

Floats = NDArray[np.float64]
Draws = Mapping[str, NDArray[Any]]

_AT_ONCE = 200  # numbers whose draws are handled together
_CONSTANT = 1e-10  # of its size: a diagonal of correlations, to rounding


@dataclass(frozen=True, eq=False)
class Moments:
    """Means and standard deviations of n numbers, each with its Monte Carlo standard error, (n,)."""

    mean: Floats
    mean_error: Floats
    sd: Floats
    sd_error: Floats


def moments(draws: Floats) -> Moments:
    """Moments of (n, chains, draws).

    Errors are from effective sizes, of draws for means, and of their squares about the mean for standard
    deviations (by the delta method). Halves of chains stand as chains, so that drift counts.
    """
    half = draws.shape[2] // 2
    halves = np.concatenate([draws[:, :, :half], draws[:, :, -half:]], axis=1)
    mean = halves.mean(axis=(1, 2))
    squares = np.square(halves - mean[:, None, None])
    variance = squares.mean(axis=(1, 2))
    of_draws, of_squares = effective_sizes([series_of_numbers(halves), series_of_numbers(squares)])
    sd = np.sqrt(variance)
    sd_error = squares.std(axis=(1, 2)) / np.sqrt(of_squares) / (2 * sd)
    return Moments(mean, sd / np.sqrt(of_draws), sd, sd_error)


def bound(tests: int, false_alarms: float) -> float:
    """The largest |z| of so many tests that chance exceeds at no higher rate, whatever their dependence."""
    return float(norm.isf(false_alarms / (2 * tests)))


def compared(ours: Draws, theirs: Draws) -> dict[str, Any]:
    """The largest differences of two posteriors.

    Parameters
    ----------
    ours, theirs : mapping of arrays, each (chains, draws, *dims)
        The same quantities; numbers that are constant in both are left out.

    Returns
    -------
    dict
        numbers; for "mean" and "sd" the largest |z|, its number, and the root of the mean square of all z;
        "error", the median over numbers of the standard error of a difference of means, in posterior sds.
    """
    if set(ours) != set(theirs):
        raise ValueError(f"only one of two posteriors has {sorted(set(ours) ^ set(theirs))}")
    labels: list[str] = []
    zs: dict[str, list[Floats]] = {"mean": [], "sd": []}
    errors: list[Floats] = []
    for name, places, (a, b) in _pieces(ours, theirs):
        one, other = moments(a), moments(b)
        error = np.hypot(one.mean_error, other.mean_error)
        zs["mean"].append((one.mean - other.mean) / error)
        zs["sd"].append((one.sd - other.sd) / np.hypot(one.sd_error, other.sd_error))
        errors.append(error / np.sqrt((one.sd**2 + other.sd**2) / 2))
        labels += [f"{name}{list(map(int, place)) if place else ''}" for place in places]
    found: dict[str, Any] = {"numbers": len(labels), "error": float(np.median(np.concatenate(errors)))}
    for which, parts in zs.items():
        z = np.concatenate(parts)
        worst = int(np.argmax(np.abs(z)))
        found[which] = {
            "largest": float(abs(z[worst])),
            "of": labels[worst],
            "typical": float(np.sqrt(np.mean(z**2))),
        }
    return found


def _pieces(ours: Draws, theirs: Draws) -> Iterator[tuple[str, list[tuple[int, ...]], list[Floats]]]:
    """Names, places in the quantity, and both posteriors' draws (n, chains, draws), some numbers at once."""
    for name, values in ours.items():
        dims = values.shape[2:]
        flats = [np.asarray(each).reshape(*each.shape[:2], -1) for each in (values, theirs[name])]
        for first in range(0, flats[0].shape[2], _AT_ONCE):
            some = [flat[:, :, first : first + _AT_ONCE].astype(float) for flat in flats]
            varies = np.any(
                [np.ptp(x, axis=(0, 1)) > _CONSTANT * np.abs(x).max(axis=(0, 1)) for x in some], 0
            )
            if varies.any():
                places = [np.unravel_index(first + k, dims) if dims else () for k in np.flatnonzero(varies)]
                yield name, places, [np.moveaxis(x[:, :, varies], 2, 0) for x in some]
