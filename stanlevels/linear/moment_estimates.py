"""Estimates of variances by moments: of rows around all effects, and of effects from unit estimates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Array
from stanlevels.linear.look import Entry

__all__ = ["Rows", "common_variance", "unit_estimates", "variance_about", "variance_within"]

_PROBES = 20  # the degrees of freedom are then known to a share of sqrt(2 / 20 df)
_SWEEPS = 50


@dataclass(frozen=True)
class Rows:
    """Pseudo-data: responses with variances, at a domain; `at` says which rows of the data they are."""

    domain: tuple[str, ...]
    response: Array
    variance: Array
    at: Array | None = None


def common_variance(rows: Rows, entries: Mapping[str, Entry]) -> float:
    """The mean square of a row around all effects of a predictor, fitted together.

    Projections in turn leave the residual of the joint least-squares fit (von Neumann); what they
    leave of standard normal rows counts the degrees of freedom without an n x n matrix.
    """
    total = float(rows.response.var())
    total = total if total > 0 else 1.0
    remainders = [_remainder(entry) for entry in entries.values()]
    if not remainders:
        return total
    if len(entries) == 1:
        (only,) = entries.values()
        free = len(rows.response) - float(np.linalg.matrix_rank(_gram(only), hermitian=True).sum())
    else:
        probes = np.random.default_rng(1).standard_normal((_PROBES, len(rows.response)))
        free = float(np.mean([np.sum(_apart(probe, remainders) ** 2) for probe in probes]))
    if free < max(1.0, 0.01 * len(rows.response)):
        return total / 2
    left = float(np.sum(_apart(rows.response, remainders) ** 2)) / free
    return left if left > 0 else 1e-12


def _apart(y: Array, remainders: list[Callable[[Array], Array]]) -> Array:
    """What all effects together leave of y."""
    for _ in range(_SWEEPS if len(remainders) > 1 else 1):
        before = y
        for remainder in remainders:
            y = remainder(y)
        if np.sum((y - before) ** 2) <= 1e-8 * np.sum(y**2):
            break
    return y


def _gram(entry: Entry) -> Array:
    """The cross products (units, q, q) of the covariates of one effect."""
    columns = [entry.columns[k] for k in sorted(entry.columns)]
    products = np.array([[np.bincount(entry.codes, a * b) for b in columns] for a in columns])
    return np.moveaxis(products, 2, 0)


def _remainder(entry: Entry) -> Callable[[Array], Array]:
    """What the least-squares fit of one effect leaves, as a function of the response."""
    columns = [entry.columns[k] for k in sorted(entry.columns)]
    inverse = np.linalg.pinv(_gram(entry), hermitian=True)
    units = len(inverse)

    def left(y: Array) -> Array:
        score = np.array([np.bincount(entry.codes, z * y, units) for z in columns])
        estimate = np.einsum("jab,bj->aj", inverse, score)
        return np.asarray(y - sum(z * b[entry.codes] for z, b in zip(columns, estimate, strict=True)))

    return left


def unit_estimates(rows: Rows, entry: Entry, units: int) -> tuple[Array, Array]:
    """Least-squares estimates (units, q) and their precision matrices (units, q, q)."""
    z = np.column_stack([entry.columns[k] for k in sorted(entry.columns)])
    q = z.shape[1]
    precision = np.zeros((units, q, q))
    score = np.zeros((units, q))
    for a in range(q):
        score[:, a] = np.bincount(entry.codes, z[:, a] * rows.response / rows.variance, units)
        for b in range(q):
            precision[:, a, b] = np.bincount(entry.codes, z[:, a] * z[:, b] / rows.variance, units)
    return np.einsum("jab,jb->ja", np.linalg.pinv(precision, hermitian=True), score), precision


def variance_about(estimate: Array, variance: Array, design: Array) -> float:
    """The variance of estimates around a weighted regression on known columns."""
    weight = 1 / variance
    weighted = design * weight[:, None]
    inverse = np.linalg.pinv(design.T @ weighted, hermitian=True)
    residual = estimate - design @ (inverse @ (weighted.T @ estimate))
    free = len(estimate) - int(np.linalg.matrix_rank(design))
    scale = weight.sum() - np.trace(inverse @ (weighted.T @ weighted))
    return _positive(float(weight @ residual**2) - free, scale)


def variance_within(estimate: Array, variance: Array, codes: Array) -> float:
    """The variance of estimates around the means of the groups that `codes` gives."""
    weight = 1 / variance
    units = int(codes.max(initial=-1)) + 1
    total = np.bincount(codes, weight, units)
    safe = np.where(total > 0, total, 1)
    means = np.bincount(codes, weight * estimate, units) / safe
    free = len(estimate) - np.count_nonzero(total)
    scale = weight.sum() - float(np.sum(np.bincount(codes, weight**2, units) / safe))
    return _positive(float(weight @ (estimate - means[codes]) ** 2) - free, scale)


def _positive(excess: float, scale: float) -> float:
    return max(excess / scale, 0.0) if scale > 0 else 0.0
