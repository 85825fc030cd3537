"""A bound model as a linear Gaussian one, where it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.links import LINKS
from stanlevels.errors import FitError, listing
from stanlevels.estimation.point.contrasts import Basis, independent
from stanlevels.gaussian import Design, Statistics, summarize
from stanlevels.gaussian.statistics import spread_blocks
from stanlevels.linear.forms import NotLinear, NotLinearError
from stanlevels.linear.noise import is_gaussian_line, noise_of
from stanlevels.linear.predictor import Predictor, predictor
from stanlevels.linear.spreads import Root, Spread
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.words import counted

if TYPE_CHECKING:
    from stanlevels.binding import Bound

__all__ = ["LinearModel", "linear_model"]


@dataclass(frozen=True, eq=False)
class LinearModel:
    """``y = offset + X expand beta + Z u + e`` for a bound model.

    Attributes
    ----------
    predictor : Predictor
    basis : Basis
    y : ndarray, (n,)
        The outcome less the offset (its logarithm for a LogNormal line).
    noise : Root or None
        The unknown in the residual standard deviation; None where it is known.
    scale : ndarray, (n,)
        Known multiples of it.
    weights : ndarray, (n,), or None
    log_jacobian : float
        What the logarithms add to the log density of the data.
    """

    predictor: Predictor
    basis: Basis
    y: Array
    noise: Root | None
    scale: Array
    weights: Array | None
    log_jacobian: float

    @property
    def design(self) -> Design:
        """The data of the linear Gaussian model."""
        p = self.predictor
        scale = None if np.all(self.scale == 1) else self.scale
        return Design(self.y, self.basis.X, p.Z, p.blocks, self.weights, scale)

    def turned(self, bases: tuple[Array | None, ...]) -> LinearModel:
        """The same with the components of some blocks in other bases: their columns Z K in place of Z."""
        if not bases:
            return self
        p = self.predictor
        each = [np.eye(block.width) if K is None else K for K, block in zip(bases, p.blocks, strict=True)]
        return replace(self, predictor=replace(p, Z=(p.Z @ spread_blocks(tuple(each), p.blocks)).tocsr()))

    @cached_property
    def statistics(self) -> Statistics:
        """Its sufficient statistics."""
        return summarize(self.design)


def linear_model(planned: Planned, bound: Bound) -> LinearModel:
    """Read a bound model as a linear Gaussian one.

    Raises
    ------
    FitError
        If a line is not linear or not normal (naming it), if parameters cannot be told apart, or if
        outcomes have different residual standard deviations.
    """
    lines = list(planned.observed.values())
    for line in lines:
        if not is_gaussian_line(line):
            raise NotLinear.of(line, f"a {line.variable.distribution} outcome is not normal").error()
    made = predictor(planned, bound, [(line, line.args[line.location]) for line in lines])
    if isinstance(made, NotLinear):
        raise made.error()
    noise = noise_of(made, lines)
    if isinstance(noise, NotLinear):
        raise noise.error()
    _refuse_noises(lines, noise)
    root, scale = noise[0].root, np.concatenate([spread.known for spread in noise])
    y = np.concatenate([_outcome(line, bound) for line in lines])
    if not len(y):
        raise FitError("there are no rows of data", expected="at least one")
    weights = [bound.weights(line.name) for line in lines]
    joined = None
    if any(w is not None for w in weights):
        joined = np.concatenate(
            [np.ones(bound.size(x.domain)) if w is None else w for x, w in zip(lines, weights, strict=True)]
        )
    jacobian = -sum(float(_log_slopes(line, bound, w)) for line, w in zip(lines, weights, strict=True))
    return LinearModel(made, independent(made, joined), y - made.offset, root, scale, joined, jacobian)


def _outcome(line: Line, bound: Bound) -> Array:
    values = np.asarray(bound.outcome(line.name), dtype=float)
    return np.asarray(LINKS[line.family.location_link].predictor(values))


def _log_slopes(line: Line, bound: Bound, weights: Array | None) -> float:
    """The sum of log |d y / d link(y)|: of the logs of a log-normal outcome, else 0."""
    slopes = np.log(LINKS[line.family.location_link].slope(_outcome(line, bound)))
    return float(slopes.sum() if weights is None else slopes @ weights)


def _refuse_noises(lines: list[Line], noise: list[Spread]) -> None:
    """Raise where outcomes have residual standard deviations of their own, or one is not positive."""
    if len({spread.root for spread in noise}) > 1:
        raise NotLinearError(
            f"the lines {' and '.join(repr(line.name) for line in lines)} have residual standard deviations"
            " of their own",
            expected="one unknown residual standard deviation",
            way_out="use method='mle' or method='nuts', or fit the outcomes one at a time",
        )
    for line, spread in zip(lines, noise, strict=True):
        known = spread.known
        odd = np.flatnonzero(~((known > 0) & np.isfinite(known)))
        if not len(odd):
            continue
        what = "infinite" if np.all(np.isinf(known[odd])) else "not a positive number"
        way_out = "drop these rows; or let them count for nothing, weights='w' with a column of 0 and 1"
        raise FitError(
            f"the residual standard deviation of {line.name!r} is {what} in {counted(len(odd), 'row')}"
            f" ({listing(odd.tolist())}, counted from 0)",
            expected="a positive number",
            way_out=way_out if what == "infinite" else "",
        )
