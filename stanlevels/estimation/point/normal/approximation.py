"""The normal approximation to parameters and random variables together.

Everything is a linear function of a vector w of independent standard normal numbers, which moves the
parameters, and of deviations of the effects, which are drawn given the parameters:
``beta = beta0 + B w``, ``u = u0 + U w + e``. With the covariance of coefficients that the mixed model
equations give (Henderson 1975), ``U = -(du/dbeta)`` times theirs, this is the joint normal distribution of
both. Standard deviations and correlations move with w on the axes on which their intervals are symmetric;
effects do not follow them: their conditional variance is that at the estimates.

A standard deviation s near 0 is not normal on the logarithm: its likelihood is a function of the variance,
smooth and not flat at ``s^2 = 0``, so that the standard error of log s grows without bound as s goes to 0,
where the likelihood ends all the same. Of m units that are seen with an error of variance c, ``s^2 + c`` is
estimated by a mean square, which is chi-squared with about ``m - 1`` degrees of freedom (the sum of squares
between groups: Searle, Casella and McCulloch 1992, ch. 3), whose logarithm has a standard deviation of
``sqrt(2 / (m - 1))``. So where the standard error of log s is more than 0.5, ``log(s^2 + c)`` is what is
normal, with the c that gives it this standard deviation; what falls below 0 is reflected there. A correlation
near 1 or -1, whose standard error on Fisher's axis is more than 1 (that of four pairs), is normal itself, and
reflected at these ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.normal.axes import off_axis, on_axis, slope_on_axis
from stanlevels.gaussian.conditionals import Conditionals

if TYPE_CHECKING:
    from stanlevels.linear.predictor import Effect

__all__ = ["Kind", "Located", "Movable", "NormalApproximation", "movable", "root_of", "units_of"]

_WIDE = 0.5  # standard error of the logarithm of a standard deviation, beyond which it is not normal
_FAR = 1.0  # the same of a correlation on Fisher's axis
_POWERS = {"": 2, "sqrt": 1}  # of a number that makes a standard deviation, in its variance

Kind = Literal["identity", "log", "free", "moved"]
UnitsOf = Mapping[tuple[str, int], tuple[int, int]]


class Estimated(Protocol):
    """What is asked of estimates; see `solution.Numbers`."""

    @property
    def estimate(self) -> Array:
        """(m,)."""

    @property
    def sd(self) -> Array:
        """Standard errors, (m,)."""

    @property
    def axis(self) -> str:
        """On which scale an interval is symmetric."""


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
    shift : ndarray, (m,), optional
        On the axis "log": c, where x is ``log(number^power + c) / power``; 0 for a plain logarithm. On the
        axis "atanh": 1 where x is the number itself, reflected at -1 and 1; else 0.
    power : int
        2 for standard deviations, 1 for variances.
    """

    middle: Array
    slopes: Array
    told: Array
    axis: str
    shift: Array | None = None
    power: int = 1

    def numbers(self, x: Array) -> Array:
        """The way back from the axis, (..., m)."""
        found = off_axis(x, self.axis)
        if self.shift is None:
            return found
        if self.axis == "atanh":
            numbers = np.where(self.shift > 0, x, 0.0)  # atanh of others may be infinite
            return np.where(self.shift > 0, np.abs((numbers - 1) % 4 - 2) - 1, found)
        with np.errstate(over="ignore"):
            moved = np.abs(found**self.power - self.shift) ** (1 / self.power)
        return np.where(self.shift > 0, moved, found)


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


def units_of(effects: Iterable[Effect]) -> dict[tuple[str, int], tuple[int, int]]:
    """Units that tell of a standard deviation, and its power: 2, or 1 where the number is a variance.

    By quantity and component.
    """
    found: dict[tuple[str, int], tuple[int, int]] = {}
    for effect in effects:
        for root in effect.roots:
            if root is not None and root.form in _POWERS:
                key = (root.quantity, root.position)
                units = effect.block.size // effect.block.width
                found[key] = (found.get(key, (0, 0))[0] + units, _POWERS[root.form])
    return found


def movable(name: str, own: Estimated, root: Array, units: UnitsOf) -> Movable:
    """Estimates of a parameter, and what w does to them, on the axis of their interval.

    Parameters
    ----------
    name : str
    own : Numbers
        Estimates and standard errors.
    root : ndarray, (m, r)
        Derivatives of the numbers themselves by w; NaN for what has none.
    units : mapping
        See `units_of`.
    """
    value = own.estimate
    middle = on_axis(value, own.axis)
    told = np.isfinite(own.sd) & np.isfinite(middle) & np.all(np.isfinite(root), axis=1)
    slopes = np.zeros_like(root)
    slopes[told] = slope_on_axis(value, own.axis)[told, None] * root[told]
    plain = Movable(middle, slopes, told, own.axis)
    if own.axis == "atanh":
        far = told & (np.linalg.norm(slopes, axis=1) > _FAR)
        wide = np.where(far[:, None], root, slopes)
        return replace(plain, middle=np.where(far, value, middle), slopes=wide, shift=far.astype(float))
    powers = {units[name, k][1] for k in range(len(value)) if (name, k) in units}
    return _shifted(plain, name, units, powers.pop()) if own.axis == "log" and len(powers) == 1 else plain


def _shifted(plain: Movable, name: str, units: UnitsOf, power: int) -> Movable:
    """With the axis shifted where standard errors are large on the plain one."""
    spread = np.linalg.norm(plain.slopes, axis=1)  # standard errors on the axis
    vague = plain.told & (spread * power > 2 * _WIDE)
    if not vague.any():
        return plain
    count = np.array([units.get((name, k), (0, 0))[0] for k in range(len(spread))])
    wanted = np.sqrt(2 / np.maximum(count - 1, 1)) / power
    vague &= (spread > wanted) & (count > 0)
    share = np.where(vague, wanted / np.where(vague, spread, 1.0), 1.0)  # of the number in the shifted one
    with np.errstate(invalid="ignore"):
        shift = np.where(vague, np.exp(power * plain.middle) * (1 / share - 1), 0.0)
        middle = np.where(vague, plain.middle - np.log(share) / power, plain.middle)
    return replace(plain, middle=middle, slopes=plain.slopes * share[:, None], shift=shift, power=power)


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
