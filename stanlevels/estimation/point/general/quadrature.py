"""Adaptive Gauss-Hermite quadrature where one level carries one number per unit (Pinheiro and Bates 1995).

Each unit's integral is a sum over points spread around its mode by its own curvature. The gradient is
that of the exact integral: the mean over the points, each by its share, of the gradient at it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.general.mode import Mode
from stanlevels.estimation.point.general.model import GeneralModel
from stanlevels.estimation.point.general.slopes import Slopes, through_factors

__all__ = ["Quadrature", "integrate", "is_scalar"]


def is_scalar(model: GeneralModel) -> bool:
    """Whether every unit's integral is over one number: one block of width 1, one unit per row."""
    if len(model.blocks) != 1 or model.blocks[0].width != 1:
        return False
    for line in model.lines:
        if line.random:
            around: Any = sum(abs(line.Z[a]) for a in line.random)
            if np.any(np.diff(around.tocsr().indptr) > 1):
                return False
    return True


@dataclass(frozen=True, eq=False)
class Quadrature:
    """The integrals of all units.

    Attributes
    ----------
    mode : Mode
    v : ndarray, (points, K)
        Where the integrands were evaluated.
    shares : ndarray, (points, K)
        What each point contributes to its unit's integral; they sum to 1.
    log_integrals : ndarray, (K,)
        Over the square root of 2 pi.
    """

    mode: Mode
    v: Array
    shares: Array
    log_integrals: Array

    @property
    def deviance(self) -> float:
        """Minus twice the sum of the logarithms, and of rows that no unit touches."""
        return -2 * float(self.log_integrals.sum() + self._apart)

    @cached_property
    def _apart(self) -> float:
        total = 0.0
        inner = self.mode.inner
        for line, eta, (_, touched) in zip(inner.lines, self.mode.eta, inner.owners, strict=True):
            total += float(line.value(eta)[~touched].sum())
        return total

    def slopes(self, model: GeneralModel) -> Slopes:
        """Derivatives by coefficients and by the factor."""
        by_beta = np.zeros(len(model.kept))
        by_factor, inner = 0.0, self.mode.inner
        for v, share in zip(self.v, self.shares, strict=True):
            for data, line, eta, (unit, touched) in zip(
                model.lines, inner.lines, inner.eta(v), inner.owners, strict=True
            ):
                weight = np.where(touched, share[unit] if len(share) else 0.0, 1 / len(self.v))
                first = line.first(eta) * weight
                for a, X in enumerate(data.X):
                    by_beta -= 2 * (X.T @ first[a])
                for a in data.random:
                    if not data.spherical[a]:
                        by_factor -= 2 * float((data.Z[a].T @ first[a]) @ v)
        zero = np.zeros(len(self.mode.v))
        found = through_factors(model.blocks, zero, zero, zero, zero, None)
        return Slopes(by_beta, tuple(f + by_factor for f in found))


def integrate(mode: Mode, points: int) -> Quadrature:
    """Integrate over the deviation of every unit."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(points)
    inner = mode.inner
    width = 1 / np.sqrt(inner.hessian(mode.weights).diagonal())
    v, logs = [], []
    for z, w in zip(nodes.tolist(), weights.tolist(), strict=True):
        at = mode.v + width * z
        own = -inner.penalty * at**2 / 2
        for line, eta, (unit, touched) in zip(inner.lines, inner.eta(at), inner.owners, strict=True):
            own = own + np.bincount(unit[touched], line.value(eta)[touched], len(at))
        v.append(at)
        logs.append(own + np.log(w) + z**2 / 2 - np.log(2 * np.pi) / 2 + np.log(width))
    total = np.logaddexp.reduce(np.array(logs), axis=0)
    return Quadrature(mode, np.array(v), np.exp(np.array(logs) - total), total)
