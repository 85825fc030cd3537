"""One step of expectation-maximisation for linear Gaussian models.

The E step is `stanlevels.gaussian.moments`; the M step has closed forms: covariances by
``mean_j E[u_j u_j']``, sigma^2 by the expected residual sum of squares (Dempster, Laird and Rubin 1977;
Laird and Ware 1982). Coefficients are those that maximise the likelihood itself at every step (ECME; Liu
and Rubin 1994): least squares on ``y - Z E[u]`` would move them by next to nothing where effects, whose
means they are, are much larger than the residual.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.covariance import Layout, triangular
from stanlevels.gaussian import Moments
from stanlevels.gaussian.design import Factors
from stanlevels.linear.spreads import Root

__all__ = ["State", "factors_of", "sds_of", "stepped"]


@dataclass(frozen=True, eq=False)
class State:
    """Parameters between two steps, beside the coefficients.

    Attributes
    ----------
    factors : tuple of ndarray
        L_b of every block.
    sigma : float
    """

    factors: Factors
    sigma: float


def sds_of(layout: Layout, state: State) -> dict[Root, float]:
    """Standard deviations that are numbers of their own: no noise, and no correlated components."""
    return {
        root: float(state.factors[b][i, i])
        for b, effect in enumerate(layout.effects)
        for i, root in enumerate(effect.roots)
        if root is not None and root != layout.noise and not layout.free[b]
    }


def factors_of(layout: Layout, free: Factors, sds: Mapping[Root, float]) -> Factors:
    """Factors of all blocks: those of `free` where a block has one, else of standard deviations."""
    return tuple(
        free[b] if layout.free[b] else np.diag([1.0 if r is None else sds[r] for r in effect.roots])
        for b, effect in enumerate(layout.effects)
    )


def stepped(found: Moments, layout: Layout, lost: Mapping[int, int]) -> State:
    """What one E step and one M step make of the parameters of `found`.

    Parameters
    ----------
    found : Moments
    layout : Layout
    lost : mapping
        How many directions of a block's covariance are 0 for good; EM keeps them, but for rounding.
    """
    s = found.profiled.statistics
    u, covariance = found.mean, found.covariance_sums
    residual = s.residual(found.profiled.gamma, u)
    slopes = zip(found.profiled.factors, found.profiled.determinant_slopes, strict=True)
    trace = found.sigma**2 * sum(float((L * slope).sum()) for L, slope in slopes)  # tr(I - M^-1)
    squares: dict[Root, list[float]] = {}
    free: list[Array] = []
    for b, effect in enumerate(layout.effects):
        mean = s.by_unit(u, b)
        second = mean.T @ mean + covariance[b]
        free.append(_root(second / effect.block.units, lost.get(b, 0)))
        if not layout.free[b]:
            for a, root in enumerate(effect.roots):
                if root is not None:
                    entry = squares.setdefault(root, [0.0, 0.0])
                    entry[0] += float(second[a, a])
                    entry[1] += effect.block.units
    if layout.noise is not None:
        entry = squares.setdefault(layout.noise, [0.0, 0.0])
        entry[0] += residual + trace
        entry[1] += s.n
    sds = {root: float(np.sqrt(max(total, 0.0) / count)) for root, (total, count) in squares.items()}
    sigma = found.sigma if layout.noise is None else sds[layout.noise]
    return State(factors_of(layout, tuple(free), sds), sigma)


def _root(covariance: Array, lost: int = 0) -> Array:
    """A lower triangular root, also of a matrix that is singular to rounding."""
    if not lost:
        try:
            return np.linalg.cholesky(covariance)
        except np.linalg.LinAlgError:
            pass
    size = np.sqrt(np.maximum(np.diagonal(covariance), 0.0))
    size = np.where(size > 0, size, 1.0)
    values, vectors = np.linalg.eigh(covariance / np.outer(size, size))
    values[:lost] = 0.0
    return triangular(size[:, None] * vectors * np.sqrt(np.maximum(values, 0)))
