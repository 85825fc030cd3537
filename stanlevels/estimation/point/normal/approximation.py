"""The normal approximation to parameters and random variables together.

Everything is a linear function of a vector w of independent standard normal numbers, which moves the
parameters, and of deviations of the effects, which are drawn given the parameters:
``beta = beta0 + B w``, ``u = u0 + U w + e``. With the covariance of coefficients that the mixed model
equations give (Henderson 1975), ``U = -(du/dbeta)`` times theirs, this is the joint normal distribution of
both. Standard deviations and correlations move with w on the axes on which their intervals are symmetric;
effects do not follow them: their conditional variance is that at the estimates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.normal.axes import on_axis, slope_on_axis
from stanlevels.gaussian.conditionals import Conditionals

__all__ = ["Located", "Movable", "NormalApproximation", "movable", "root_of"]

Kind = Literal["identity", "log", "free", "moved"]


@dataclass(frozen=True, eq=False)
class Movable:
    """A parameter for the whole model.

    Attributes
    ----------
    middle : ndarray, (m,)
        The estimates on their axis; infinite at its ends.
    slopes : ndarray, (m, r)
        Their derivatives by w.
    told : ndarray of bool, (m,)
        Which have a standard error; the others stay where they are.
    axis : str
    """

    middle: Array
    slopes: Array
    told: Array
    axis: str


@dataclass(frozen=True, eq=False)
class Located:
    """A quantity that is linear in coefficients and effects, or a function of something that is.

    Attributes
    ----------
    kind : {"identity", "log", "free", "moved"}
        What is linear: the quantity, its logarithm, its free coordinates, or its distance from its location
        in units of its scale.
    width : int
        Linear numbers per unit.
    offset : ndarray, (units * width,)
    X : sparse array, (units * width, p)
    Z : sparse array, (units * width, K)
    """

    kind: Kind
    width: int
    offset: Array
    X: Any
    Z: Any


@dataclass(frozen=True, eq=False)
class NormalApproximation:
    """What draws are made of.

    Attributes
    ----------
    parameters : mapping of str to Movable
        By quantity.
    located : mapping of str to Located
        By quantity.
    beta : ndarray, (p,)
        Coefficients at the estimates; NaN where no row tells of them.
    by_beta : ndarray, (p, r)
    effects : ndarray, (K,)
        Their conditional means at the estimates.
    by_effects : ndarray, (K, r)
        What w does to these.
    chain : Conditionals
        Of the deviations, in units of `scale`.
    scale : float
    apart : bool
        Whether effects are independent of each other in `chain`, though their distribution is not.
    """

    parameters: Mapping[str, Movable]
    located: Mapping[str, Located]
    beta: Array
    by_beta: Array
    effects: Array
    by_effects: Array
    chain: Conditionals
    scale: float
    apart: bool = False

    def without(self, names: Iterable[str]) -> NormalApproximation:
        """The same without some quantities over units."""
        out = set(names)
        return replace(self, located={n: own for n, own in self.located.items() if n not in out})

    @property
    def rank(self) -> int:
        """Length of w."""
        return int(self.by_beta.shape[1])


def movable(value: Array, sd: Array, axis: str, root: Array) -> Movable:
    """Estimates of a parameter, and what w does to them, on the axis of their interval.

    Parameters
    ----------
    value, sd : ndarray, (m,)
        Estimates and standard errors.
    axis : str
    root : ndarray, (m, r)
        Derivatives of the numbers themselves by w; NaN for what has none.
    """
    middle = on_axis(value, axis)
    told = np.isfinite(sd) & np.isfinite(middle) & np.all(np.isfinite(root), axis=1)
    slopes = np.zeros_like(root)
    slopes[told] = slope_on_axis(value, axis)[told, None] * root[told]
    return Movable(middle, slopes, told, axis)


def root_of(covariance: Array) -> Array:
    """A root (n, r) of a covariance of any rank; zero for what has NaN.

    Examples
    --------
    >>> root = root_of(np.array([[4.0, 2.0, np.nan], [2.0, 1.0, np.nan], [np.nan, np.nan, np.nan]]))
    >>> np.round(root @ root.T, 12).tolist()
    [[4.0, 2.0, 0.0], [2.0, 1.0, 0.0], [0.0, 0.0, 0.0]]
    """
    whole = np.nan_to_num((covariance + covariance.T) / 2, posinf=0.0, neginf=0.0)
    size = np.sqrt(np.maximum(np.diagonal(whole), 0))
    unit = np.where(size > 0, size, 1.0)
    values, vectors = np.linalg.eigh(whole / np.outer(unit, unit))
    kept = values > 1e-14 * max(float(values.max(initial=0.0)), 1e-300)
    return np.asarray(unit[:, None] * vectors[:, kept] * np.sqrt(values[kept]))
