"""Which rows of a group were chosen: one distribution of all its rows together."""

from __future__ import annotations

from typing import Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.distributions.family import Family, Parameter
from stanlevels.distributions.numbers import Numbers
from stanlevels.distributions.supports import COUNT, Support
from stanlevels.distributions.vocabulary import location, refs, standard
from stanlevels.graph import CHOSEN, WITHIN

__all__ = ["CONDITIONAL_LOGIT", "laid_out", "log_of_chosen", "log_ways", "picked_ways"]

# --- groups side by side --------------------------------------------------------------------------------


def laid_out(groups: Codes) -> tuple[Codes, Array]:
    """Where the rows of every group stand, side by side.

    Parameters
    ----------
    groups : ndarray of int, (rows,)
        The group of each row, any whole numbers.

    Returns
    -------
    places : ndarray of int, (groups, largest size)
        Rows, in their order; of shorter groups the first row again at the end.
    there : ndarray of bool, (groups, largest size)
        Which of these are rows of the group, and no filling.

    Examples
    --------
    >>> laid_out(np.array([7, 3, 7]))[0].tolist(), laid_out(np.array([7, 3, 7]))[1].tolist()
    ([[1, 1], [0, 2]], [[True, False], [True, True]])
    """
    order = np.argsort(groups, kind="stable")
    _, starts, sizes = np.unique(groups[order], return_index=True, return_counts=True)
    k = np.arange(sizes.max(initial=0))
    there = k < sizes[:, None]
    return order[np.where(there, starts[:, None] + k, starts[:, None])], there


def log_ways(logit: Any, there: Array, most: int) -> list[list[Any]]:
    """Logs of the elementary symmetric polynomials of the odds in each group.

    Parameters
    ----------
    logit : array, (..., groups, size)
        With derivatives or without.
    there : ndarray of bool, (groups, size)
    most : int

    Returns
    -------
    list of list of array, (..., groups)
        By how many rows from the first on are looked at, and by how many of them are chosen (from 0, up to
        `most`): the log of the sum of the odds of all the ways. Groups that have fewer rows keep what they
        had with all of them.
    """
    zero = 0 * logit[..., 0] if there.shape[-1] else np.zeros(len(there))
    found = [[zero]]
    for k in range(there.shape[-1]):
        here, before = there[..., k], found[-1]
        now = [zero]
        for chosen in range(1, min(k + 1, most) + 1):
            with_it = logit[..., k] + before[chosen - 1]
            if chosen > k:  # all so far
                now.append(with_it)
            else:
                now.append(np.where(here, np.logaddexp(before[chosen], with_it), before[chosen]))
        found.append(now)
    return found


def picked_ways(ways: list[Any], chosen: Array) -> Any:
    """Of every group, what `log_ways` says of its own number of chosen rows."""
    found = ways[0]
    for k, each in enumerate(ways[1:], start=1):
        found = np.where(chosen == k, each, found)
    return found


def log_of_chosen(logit: Any, y: Array, there: Array) -> Any:
    """The log of the probability that the rows that were chosen are these, given how many, (..., groups).

    Parameters
    ----------
    logit : array, (..., groups, size)
        With derivatives or without.
    y : ndarray, (groups, size)
        1 for those chosen.
    there : ndarray of bool, (groups, size)
    """
    y = np.where(there, y, 0)
    sizes, m = there.sum(axis=-1), y.sum(axis=-1)
    # of more than half it is told which were not: as many ways, and fewer of them to go through
    others = 2 * m > sizes
    fewer = np.where(others, sizes - m, m)
    sign = np.where(others, -1.0, 1.0)[:, None]
    told = np.where(others[:, None], there - y, y)
    own = np.sum(logit * (sign * told), axis=-1)
    every = log_ways(logit * sign, there, int(fewer.max(initial=0)))[-1]
    return own - picked_ways(every, fewer)


# --- numbers: rows along the last axis ------------------------------------------------------------------


def _groups(within: Any) -> tuple[Codes, Array]:
    codes = np.atleast_1d(np.asarray(within)).reshape(-1, np.shape(within)[-1] if np.ndim(within) else 1)
    return laid_out(codes[0].astype(np.int64))


def _log_density(x: Any, eta: Any, within: Any, chosen: Any = None) -> Any:
    """At the first row of each group that of the group, and 0 at others."""
    places, there = _groups(within)
    shape = (*np.broadcast_shapes(np.shape(eta)[:-1], np.shape(x)[:-1]), np.shape(within)[-1])
    eta, x = np.broadcast_to(eta, shape), np.broadcast_to(x, shape)
    found = np.zeros(shape)
    y = np.unique(x.reshape(-1, shape[-1]), axis=0)
    if len(y) == 1:
        found[..., places[:, 0]] = log_of_chosen(eta[..., places], y[0][places], there)
        return found
    flat, each, outcomes = (a.reshape(-1, shape[-1]) for a in (found, eta, x))
    for row, own, outcome in zip(flat, each, outcomes, strict=True):
        row[places[:, 0]] = log_of_chosen(own[places], outcome[places], there)
    return flat.reshape(shape)


def _how_many(chosen: Any, places: Codes, there: Array) -> Array:
    each = np.broadcast_to(np.asarray(chosen).reshape(-1, np.shape(chosen)[-1])[0], (int(places.max()) + 1,))
    return np.asarray(np.minimum(each[places[:, 0]], there.sum(axis=-1))).astype(np.int64)


def _mean(eta: Any, within: Any, chosen: Any) -> Any:
    """How probable it is that each row is among those that are chosen."""
    places, there = _groups(within)
    if not len(places):
        return np.zeros(np.shape(within))
    m, size, most = _how_many(chosen, places, there), there.shape[-1], 0
    most = int(m.max(initial=0))
    logit = np.broadcast_to(eta, (*np.shape(eta)[:-1], np.shape(within)[-1]))[..., places]
    total = picked_ways(log_ways(logit, there, most)[-1], m)
    found = np.zeros(np.shape(logit))
    for k in range(size):
        rest = [j for j in range(size) if j != k]  # those that are chosen beside row k
        others = log_ways(logit[..., rest], there[:, rest], max(most - 1, 0))[-1]
        ways = picked_ways(others, np.maximum(m - 1, 0)) if size > 1 else 0.0
        found[..., k] = np.where(m > 0, np.exp(np.minimum(logit[..., k] + ways - total, 0.0)), 0.0)
    return _by_row(found, places, there, np.shape(within)[-1])


def _by_row(values: Array, places: Codes, there: Array, n: int) -> Array:
    found = np.zeros((*values.shape[:-2], n))
    found[..., places[there]] = values[..., there]
    return found


def _draw(rng: np.random.Generator, size: tuple[int, ...], eta: Any, within: Any, chosen: Any) -> Any:
    """From the last row of a group on: whether it is chosen, given how many of those up to it are."""
    places, there = _groups(within)
    if not len(places):
        return np.zeros(size)
    left = np.broadcast_to(_how_many(chosen, places, there), (*size[:-1], len(places))).copy()
    logit = np.broadcast_to(eta, (*np.shape(eta)[:-1], np.shape(within)[-1]))[..., places]
    ways = log_ways(logit, there, int(left.max(initial=0)))
    found = np.zeros((*size[:-1], *places.shape))
    for k in reversed(range(places.shape[-1])):
        without = picked_ways(ways[k], np.maximum(left - 1, 0))
        log_share = logit[..., k] + without - picked_ways(ways[k + 1], left)
        here = (np.log(rng.uniform(size=left.shape)) < log_share) | (left > k)
        found[..., k] = here & there[:, k] & (left > 0)
        left = left - found[..., k].astype(np.int64)
    return _by_row(found, places, there, size[-1])


def _variance(eta: Any, within: Any, chosen: Any) -> Any:
    p = _mean(eta, within, chosen)
    return p * (1 - p)


CONDITIONAL_LOGIT = Family(
    "ConditionalLogit",
    (
        standard(
            "conditional_logit",
            Numbers(
                Support("0 or 1", lower=0, upper=1, integer=True),
                log_density=_log_density,
                draw=_draw,
                mean=_mean,
                variance=_variance,
            ),
            location("eta"),
            Parameter(WITHIN, COUNT, "known", groups=True),
            Parameter(CHOSEN, COUNT, "known"),
            arguments=refs("eta", WITHIN),
            link="logit",
            written=refs("eta"),
            phrase=f"1 for those chosen among the rows of its {{{WITHIN}}}, given how many are, with log odds"
            " {eta}",
        ),
    ),
    "Which rows of each unit of the level `within` are chosen (1, others 0), given how many of them are: the"
    " probability of a row is ``exp(eta)`` over its sum where one is. What is the same for all rows of a unit"
    " has no say. Also McFadden's choice model, and the likelihood of matched cases and controls.",
    latent=False,
    functions=("conditional_logit",),
    cumulative=False,
    symbol="Conditional-Logit",
)
