"""Least squares: everything but the error is a constant or a parameter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.estimation.point.conditional import Conditional
from stanlevels.estimation.point.lmm.exactness import is_exact, refuse_few_rows, rounding, what_is_exact
from stanlevels.estimation.point.lmm.model import LinearModel
from stanlevels.estimation.point.normal.approximation import NormalApproximation
from stanlevels.estimation.point.normal.linear import linear_approximation, root_of_coefficients
from stanlevels.estimation.point.remarks import role_notes
from stanlevels.estimation.point.solution import Numbers, UnitMoments
from stanlevels.gaussian import Moments, Profiled, profile
from stanlevels.linear.spreads import FORMS

if TYPE_CHECKING:
    from stanlevels.plan.planned import Planned

__all__ = ["LeastSquares", "solve_least_squares"]


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """Coefficients by QR; ``sigma^2 = RSS / (N - p)``."""

    planned: Planned
    model: LinearModel

    @property
    def method(self) -> str:
        """Always "ols"."""
        return "ols"

    @property
    def words(self) -> str:
        """The method in words."""
        return "least squares"

    @property
    def roles(self) -> Mapping[str, str]:
        """The role of every quantity that reaches the data."""
        return self.model.predictor.roles

    @property
    def trace(self) -> Array:
        """There are no steps."""
        return np.zeros(0)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is exact, which quantities sum to zero, and which were left out."""
        notes = role_notes(self.planned, self.model.predictor, self.model.basis)
        if not self.exact:
            return tuple(notes)
        exact = "the residual standard deviation is 0, and standard errors that rest on it tell nothing"
        return (f"{what_is_exact(self.model)}; {exact}", *notes)

    @cached_property
    def exact(self) -> bool:
        """Whether the coefficients reproduce the outcome, to rounding."""
        return self.model.noise is not None and is_exact(self.model)

    @property
    def n_rows(self) -> float:
        """Rows, counted by their frequencies."""
        return self.model.statistics.n

    @property
    def n_parameters(self) -> int:
        """Coefficients, and the residual standard deviation where it is unknown."""
        return self.model.statistics.p + (self.model.noise is not None)

    @cached_property
    def profiled(self) -> Profiled:
        """The fit itself: with no random effects, the residual sum of squares is all there is."""
        found = profile(self.model.statistics, ())
        return replace(found, r2=0.0) if self.exact else found

    @property
    def freedom(self) -> float:
        """Residual degrees of freedom."""
        return self.n_rows - self.model.statistics.p

    @property
    def sigma(self) -> float:
        """Residual standard deviation."""
        return float(np.sqrt(self.profiled.r2 / self.freedom)) if self.model.noise is not None else 1.0

    @property
    def log_likelihood(self) -> float:
        """At ``sigma^2 = RSS / N``, where it is largest."""
        known = None if self.model.noise is not None else 1.0
        return -self.profiled.deviance(known) / 2 + self.model.log_jacobian

    @cached_property
    def extras(self) -> Mapping[str, float]:
        """R squared (about the mean where the columns span a constant, else about 0), and adjusted."""
        m, design = self.model, self.model.design
        weight = design.precisions
        X, root = m.basis.X, np.sqrt(weight)
        ones = root * np.ones(len(root))
        fitted = root[:, None] * X @ np.linalg.lstsq(root[:, None] * X, ones, rcond=None)[0]
        constant = X.shape[1] > 0 and float(np.linalg.norm(ones - fitted)) < 1e-8 * float(
            np.linalg.norm(ones)
        )
        y = m.y - (float(weight @ m.y / weight.sum()) if constant else 0.0)
        total = float(weight @ np.square(y))
        least = rounding(m) if self.exact else 0.0
        share = 1 - self.profiled.r2 / total if total > least else float("nan")
        adjusted = 1 - (1 - share) * (self.n_rows - constant) / self.freedom
        return {"R squared": share, "adjusted R squared": adjusted}

    @cached_property
    def conditional(self) -> Conditional:
        """The coefficients and their covariance."""
        return Conditional(self.model.predictor, self.model.basis, Moments(self.profiled, self.sigma, False))

    def numbers(self) -> Mapping[str, Numbers]:
        """Quantities that have no units."""
        c, p = self.conditional, self.model.predictor
        sd = np.sqrt(np.maximum(np.diagonal(c.beta_covariance), 0))
        df = self.freedom if self.model.noise is not None else np.inf
        found = {}
        for name in dict.fromkeys(owner for owner, _ in p.columns):
            if not self.planned.lines[name].domain:
                at = [i for i, (owner, _) in enumerate(p.columns) if owner == name]
                found[name] = Numbers(c.beta[at], sd[at], np.full(len(at), df), "parameter")
        if (root := self.model.noise) is not None:
            form = FORMS[root.form]
            error = np.nan
            if self.sigma > 0:
                error = self.sigma / np.sqrt(2 * self.freedom) * abs(form.slope(self.sigma))
            axis = "identity" if root.form == "exp" else "log"
            value = np.array([form.of(self.sigma)])
            found[root.quantity] = Numbers(value, np.array([error]), np.full(1, np.inf), "parameter", axis)
        return found

    @property
    def joint(self) -> tuple[dict[tuple[str, int], int], Array]:
        """Places of the coefficients (and of the residual sd) in one vector, and its covariance."""
        p, c = self.model.predictor, self.conditional.beta_covariance
        places = {column: i for i, column in enumerate(p.columns)}
        root = self.model.noise
        if root is None:
            return places, c
        places[(root.quantity, root.position)] = len(places)
        whole = np.zeros((len(places), len(places)))
        whole[: len(c), : len(c)] = c
        whole[-1, -1] = float(self.numbers()[root.quantity].sd[0]) ** 2
        return places, whole

    @cached_property
    def approximation(self) -> NormalApproximation:
        """Coefficients, and the residual standard deviation beside them."""
        of_beta, numbers = root_of_coefficients(self.conditional), self.numbers()
        root, own = self.model.noise, np.zeros((1, of_beta.shape[1] + 1))
        if root is not None:
            own[0, -1] = float(numbers[root.quantity].sd[0])
        roots = {} if root is None else {root.quantity: own}
        wide = np.column_stack([of_beta, np.zeros(len(of_beta))])
        return linear_approximation(self.conditional, numbers, roots, wide)

    def units(self, name: str) -> UnitMoments:
        """A quantity over units."""
        return self.conditional.units(name)

    def mean_variance(self, name: str) -> Array:
        """There are no random variables."""
        raise FitError(f"{name!r} is not random under least squares")

    def profile_interval(self, name: str, position: int, level: float) -> tuple[float, float]:
        """Not needed: the intervals of least squares are exact."""
        raise FitError(
            "least squares has no profile intervals",
            expected="interval='wald', which is exact for coefficients, or method='mle'",
        )


def solve_least_squares(planned: Planned, model: LinearModel) -> LeastSquares:
    """Fit by least squares.

    Raises
    ------
    FitError
        If a random variable reaches the data, or no degrees of freedom are left.
    """
    random = [n for n, role in model.predictor.roles.items() if role == "random"]
    if random:
        roles = ", ".join(f"{name!r}: 'parameter'" for name in random[-3:])
        raise FitError(
            f"least squares knows constants and parameters, and {listing(random)}"
            + (" is a random variable" if len(random) == 1 else " are random variables"),
            expected="roles that make them parameters or constants",
            way_out=f"roles={{{roles}}}, or method='mle'",
        )
    refuse_few_rows(model)
    return LeastSquares(planned, model)
