"""Variances on the scale of the outcome, by the law of total variance.

Given what is not random, the predictor of a row is f + a + b, with a what the first random variables
contribute and b what the others do, independent normal numbers. ``E[y | a]`` is an integral over b, its
variance one over a; what a random variable adds to the variance that those before it explain is its
share (Goldstein, Browne and Rasbash 2002; Leckie et al. 2020 for several levels). The integrals
are Gauss-Hermite quadrature rather than simulation.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.results.tables.shares_parts import Parts

__all__ = ["outcome_variances"]

_NODES = 21
_ROWS, _DRAWS = 300, 400  # at most, evenly spaced
_PIECE = 4_000_000  # numbers at a time


def outcome_variances(parts: Parts) -> tuple[dict[str, Array], Array, Array, tuple[str, ...]]:
    """Of every random variable, of covariates, of one outcome given all, (draws,) each; and what to say.

    Raises
    ------
    FitError
        If the outcome has categories, or a random variable is not normal.
    """
    line = parts.line
    if line.family.is_categorical:
        raise FitError(
            f"{line.name!r} has categories, whose numbers have no variance that means something",
            expected="scale='latent'",
        )
    if line.form.grouping:
        raise FitError(
            f"{line.name!r} ~ {line.variable.outlined} rests on differences between rows, and has no variance"
            " of its own",
            expected="outcomes of rows by themselves",
        )
    odd = [v.name for v in parts.varying if not parts.draws.line(v.name).family.is_gaussian]
    if odd:
        raise FitError(
            f"{listing(odd)} {'is' if len(odd) == 1 else 'are'} not normal", expected="scale='latent'"
        )
    n, (chains, length) = len(parts.offset), parts.draws.shape
    every = max(1, -(-chains * length // _DRAWS))
    count = chains * len(range(0, length, every))
    rows = np.unique(np.linspace(0, n - 1, min(n, _ROWS)).astype(int))
    weights = parts.draws.bound.weights(line.name)
    w = np.ones(len(rows)) if weights is None else np.asarray(weights, dtype=float)[rows]
    w = w / w.sum()
    covariances = {v.name: parts.covariances(v, every) for v in parts.varying}
    random = {v.name: np.zeros(count) for v in parts.varying}
    residual, first, second = np.zeros(count), np.zeros(count), np.zeros(count)
    middle: Array | None = None
    step = max(1, _PIECE // (count * _NODES**2))
    for start in range(0, len(rows), step):
        some = rows[start : start + step]
        own = w[start : start + step]
        fixed = parts.predictors(some, every)
        each = [np.broadcast_to(v.variances(covariances[v.name], some), fixed.shape) for v in parts.varying]
        mean, explained, within = _of_rows(parts, some, every, fixed, each)
        for v, found in zip(parts.varying, explained, strict=True):
            random[v.name] += own @ found
        residual += own @ within
        middle = mean.mean(axis=0) if middle is None else middle
        first += own @ (mean - middle)
        second += own @ np.square(mean - middle)
    covariates = np.maximum(second - np.square(first), 0)
    says = ["of an outcome, by quadrature; a random variable's share is what it adds to those above it"]
    if len(rows) < n or every > 1:
        says.append(f"at {len(rows)} rows and {count} draws, evenly spaced")
    return random, covariates, residual, tuple(says)


def _of_rows(
    parts: Parts, rows: Array, every: int, fixed: Array, each: list[Array]
) -> tuple[Array, list[Array], Array]:
    """Mean, what each random variable adds to the variance of the mean, and the variance given all."""
    arguments = {name: values[:, :, None, None] for name, values in parts.arguments(rows, every).items()}
    exposure = parts.exposure[rows][:, None, None, None]
    nodes, shares = _hermite()
    whole = sum(each, np.zeros_like(fixed))

    def moments(eta: Array) -> tuple[Array, Array]:
        """Mean and variance of the outcome at predictors (rows, draws, outer, inner)."""
        if parts.link.name == "log":
            eta = eta + np.log(exposure)
        given = {**arguments, parts.form.location: parts.at(eta)}
        return parts.form.mean(given), parts.form.variance(given)

    mean_at, variance_at = moments(fixed[..., None, None] + np.sqrt(whole)[..., None, None] * nodes[:, None])
    mean = np.einsum("rdo,o->rd", np.broadcast_to(mean_at[..., 0], (*fixed.shape, len(nodes))), shares)
    within = np.einsum("rdo,o->rd", np.broadcast_to(variance_at[..., 0], (*fixed.shape, len(nodes))), shares)
    found, before, a = [], np.zeros_like(fixed), np.zeros_like(fixed)
    for k, own in enumerate(each):
        a = a + own
        rest = np.sqrt(np.maximum(whole - a, 0)) if k < len(each) - 1 else np.zeros_like(fixed)
        inner = nodes if k < len(each) - 1 else np.zeros(1)
        by = shares if k < len(each) - 1 else np.ones(1)
        eta = (
            fixed[..., None, None]
            + np.sqrt(a)[..., None, None] * nodes[:, None]
            + rest[..., None, None] * inner
        )
        given_a = moments(eta)[0] @ by
        explained = np.square(given_a - mean[..., None]) @ shares
        found.append(np.maximum(explained - before, 0))
        before = np.maximum(explained, before)
    return mean, found, within


@cache
def _hermite() -> tuple[Array, Array]:
    """Nodes and weights for the expectation over a standard normal number."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    return nodes, weights / weights.sum()
