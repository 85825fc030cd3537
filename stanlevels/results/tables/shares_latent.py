"""The variance of one outcome on the scale of its predictor, given everything else.

- An outcome that says on which side of a threshold a latent variable lies has that variable's variance:
  pi^2 / 3 for logit, 1 for probit, pi^2 / 6 for cloglog (Goldstein, Browne and Rasbash 2002; Nakagawa,
  Johnson and Schielzeth 2017).
- With a log link it is ``log(1 + Var / mean^2)`` at the mean over rows, random variables included: for
  Poisson outcomes ``log(1 + 1 / mean)``, for negative binomial ones ``log(1 + 1 / mean + 1 / shape)``, for
  gamma ones ``log(1 + 1 / shape)`` (Nakagawa, Johnson and Schielzeth 2017, table 1).
- Where the predictor is the location itself it is the variance of the outcome, of its logarithm where that
  is what is normal.
- Elsewhere it is ``Var / slope^2`` with the slope of the mean by the predictor (the delta method of the same
  paper).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.results.tables.shares_parts import Parts
from stanlevels.values.pieces import chunks

__all__ = ["LatentResidual", "latent_residual"]

_BEHIND = {
    "logit": "pi^2 / 3, of the logistic",
    "probit": "1, of the normal",
    "cloglog": "pi^2 / 6, of the Gumbel",
}


class LatentResidual(ABC):
    """Collects, over pieces of rows, the mean over rows of the variance.

    Attributes
    ----------
    by_rows : bool
        Whether it depends on the rows' predictors, which `add` is told of.
    """

    by_rows = False

    @property
    @abstractmethod
    def says(self) -> str:
        """What it is, in words."""

    def __init__(self, parts: Parts, every: int, weights: Array) -> None:
        self.parts, self.every, self.weights = parts, every, weights
        self.total: Any = 0.0

    def add(self, rows: slice, fixed: Array, whole: Array) -> None:  # noqa: B027 (most need none)
        """Some rows: their predictors without random variables, and the variance that these add."""

    @abstractmethod
    def variance(self) -> Array:
        """The mean over rows, (draws,) or a number for all."""

    def _variance(self, rows: slice, predictor: Array) -> Array:
        arguments = self.parts.arguments(rows, self.every)
        return self.parts.form.variance({**arguments, self.parts.form.location: self.parts.at(predictor)})

    def _mean_square(self) -> Array:
        """Of the scale."""
        scale = self.parts.form.scale
        return self._mean_over_rows(lambda rows: np.square(self.parts.arguments(rows, self.every)[scale]))

    def _mean_over_rows(self, of: Callable[[slice], Array]) -> Array:
        """Of numbers (rows or 1, draws)."""
        n, (chains, draws) = len(self.weights), self.parts.draws.shape
        total: Any = 0.0
        for rows in chunks(n, chains * draws):
            own = of(rows)
            if len(own) == 1:
                return np.asarray(own[0])
            total = total + self.weights[rows] @ own
        return np.asarray(total)


class _Behind(LatentResidual):
    """Of the latent variable behind a threshold."""

    @property
    def says(self) -> str:
        return (
            f"residual: {_BEHIND[self.parts.link.name]} distribution behind the {self.parts.link.name} link"
        )

    def variance(self) -> Array:
        """The same for every draw, or times the square of a scale."""
        known = np.asarray(self.parts.link.latent_variance)
        return known * self._mean_square() if self.parts.form.scale else known


class _Own(LatentResidual):
    """Of the outcome itself, or of its logarithm."""

    @property
    def says(self) -> str:
        what = "the outcome" if self._is_itself else "the logarithm of the outcome"
        return f"residual: the variance of {what} around its location"

    @property
    def _is_itself(self) -> bool:
        return self.parts.line.family.location_link == "identity"

    def variance(self) -> Array:
        """The mean over rows, which may differ."""
        if not self._is_itself:
            return self._mean_square()
        return self._mean_over_rows(lambda rows: self._variance(rows, np.zeros((1, 1))))


class _Log(LatentResidual):
    """log(1 + Var / mean^2), at the mean over rows."""

    by_rows = True
    says = (
        "residual: log(1 + variance / mean^2) at the mean over rows (Nakagawa, Johnson and Schielzeth 2017)"
    )

    def add(self, rows: slice, fixed: Array, whole: Array) -> None:
        """The mean, of a log-normal distribution on the way."""
        exposed = self.weights[rows] * self.parts.exposure[rows]
        self.total = self.total + exposed @ np.exp(fixed + whole / 2)

    def variance(self) -> Array:
        """At the mean that all rows gave."""
        mean, found = self.total[None], np.zeros(len(self.total))
        for rows in chunks(len(self.weights), len(self.total)):
            own = np.log1p(self._variance(rows, np.log(mean)) / np.square(mean))
            if len(own) == 1:
                return np.asarray(own[0])
            found += self.weights[rows] @ own
        return found


class _Delta(LatentResidual):
    """Var / slope^2, at the predictor without random variables."""

    by_rows = True
    says = "residual: by the delta method, at the predictors without random variables"

    def add(self, rows: slice, fixed: Array, whole: Array) -> None:
        """The mean over rows."""
        own = self._variance(rows, fixed) / np.square(self.parts.link.slope(fixed))
        self.total = self.total + self.weights[rows] @ np.broadcast_to(own, fixed.shape)

    def variance(self) -> Array:
        """That mean."""
        return np.asarray(self.total)


def latent_residual(parts: Parts, every: int, weights: Array) -> LatentResidual:
    """What collects the residual variance of a line.

    Raises
    ------
    FitError
        If there is none on this scale.
    """
    family, link = parts.line.family, parts.link.name
    kinds: Mapping[str, type[LatentResidual]] = {"log": _Log}
    if family.is_threshold and link in _BEHIND:
        return _Behind(parts, every, weights)
    if parts.line.form.grouping:
        raise FitError(
            f"{parts.line.name!r} ~ {parts.line.variable.outlined} rests on differences between rows, and has"
            " no variance of its own",
            expected="outcomes of rows by themselves",
        )
    if family.is_categorical or family.is_tally:
        raise FitError(
            f"no one latent variable stands behind the categories of {parts.line.name!r} ~"
            f" {parts.line.variable.outlined}, and they have no variance",
            expected="numbers, or categories that cutpoints cut out of one variable",
        )
    if link == "identity" and (family.location_scale or family.location_link != "identity"):
        return _Own(parts, every, weights)
    return kinds.get(link, _Delta)(parts, every, weights)
