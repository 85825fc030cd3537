"""Maximum likelihood where unknown numbers say how units are correlated: the rest is fitted at each of them.

At known numbers such a model is one of independent effects, whose (restricted) likelihood other methods
maximise: so the likelihood of these numbers is a profile. It is searched without derivatives, over one to a
few numbers. Standard errors of these come from the curvature of the profile; those of all else are given
them, as lme and gls of nlme have it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.estimation.point.again import Earlier
from stanlevels.estimation.point.normal.approximation import Movable, NormalApproximation, root_of
from stanlevels.estimation.point.normal.axes import on_axis, slope_on_axis
from stanlevels.estimation.point.shape import Axis, axis_of_shape, held_at
from stanlevels.estimation.point.solution import Numbers, Solution, UnitMoments
from stanlevels.words import joined

if TYPE_CHECKING:
    from stanlevels.plan.planned import Planned

__all__ = ["ShapedSolution", "solve_shaped"]

Solve = Callable[["Planned"], Solution]

_FAR = 7.0  # places on an axis beyond which a number is at its limit
_STEP = 0.05  # on an axis, for second derivatives
_EXACT = 3e-4  # on an axis, where a search ends


@dataclass(frozen=True, eq=False)
class _Profile:
    """The likelihood of some numbers, the rest at its best."""

    planned: Planned
    axes: Mapping[str, Axis]
    solve: Solve
    found: dict[tuple[float, ...], Solution] = field(default_factory=dict)

    def at(self, places: Array) -> Solution:
        """The fit at some places; once each."""
        key = tuple(float(t) for t in places)
        if key not in self.found:
            self.found[key] = self.solve(held_at(self.planned, self.numbers(places)))
        return self.found[key]

    def numbers(self, places: Array) -> dict[str, float]:
        """The numbers there."""
        return {
            name: axis.number(float(t)) for (name, axis), t in zip(self.axes.items(), places, strict=True)
        }

    def __call__(self, places: Array) -> float:
        """Minus the log likelihood; infinite where there is no fit."""
        if np.any(np.abs(places) > 2 * _FAR + np.abs([a.place(a.middle) for a in self.axes.values()])):
            return float("inf")
        try:
            found = self.at(places)
        except FitError:
            return float("inf")
        return -found.log_likelihood


@dataclass(frozen=True, eq=False)
class ShapedSolution:
    """A solution given some numbers, and these.

    Attributes
    ----------
    given : Solution
        All else, at the estimates of the numbers.
    shape : mapping of str to Numbers
    covariance : ndarray, (k, k)
        Of the estimates.
    profile : callable
    places : ndarray, (k,)
        The estimates on their axes.
    """

    given: Solution
    shape: Mapping[str, Numbers]
    covariance: Array
    profile: _Profile
    places: Array

    @property
    def method(self) -> str:
        """Such as "mle"."""
        return self.given.method

    @property
    def words(self) -> str:
        """The method in words."""
        return self.given.words

    @property
    def roles(self) -> Mapping[str, str]:
        """The role of every quantity that reaches the data."""
        return {**self.given.roles, **dict.fromkeys(self.shape, "parameter")}

    @property
    def log_likelihood(self) -> float:
        """At the estimates; restricted for REML."""
        return self.given.log_likelihood

    @property
    def n_parameters(self) -> int:
        """Those of all else, and the numbers."""
        return self.given.n_parameters + len(self.shape)

    @property
    def n_rows(self) -> float:
        """Rows, counted by their frequencies."""
        return self.given.n_rows

    @property
    def model(self) -> Any:
        """The model of all else, given the numbers."""
        return getattr(self.given, "model", None)

    @property
    def notes(self) -> tuple[str, ...]:
        """Those of all else, and about the numbers."""
        names = joined(list(map(repr, self.shape)), "and")
        stuck = [name for name, own in self.shape.items() if np.isnan(own.sd).any()]
        said = f"{names}: found on the profile of the likelihood; standard errors of all else are given it"
        at_limit = f"{joined(stuck, 'and')}: the likelihood rises to a limit, or is flat"
        return (*self.given.notes, said, *([at_limit] if stuck else []))

    @property
    def trace(self) -> Array:
        """No steps are kept."""
        return self.given.trace

    @property
    def extras(self) -> Mapping[str, float]:
        """Those of all else."""
        return self.given.extras

    def numbers(self) -> Mapping[str, Numbers]:
        """Quantities that have no units."""
        found = {n: own for n, own in self.given.numbers().items() if n not in self.shape}
        return {**found, **self.shape}

    @cached_property
    def joint(self) -> tuple[Mapping[tuple[str, int], int], Array]:
        """Places of all parameters in one vector, and its covariance: the numbers apart from all else."""
        places, covariance = self.given.joint
        n, k = len(covariance), len(self.shape)
        whole = np.zeros((n + k, n + k))
        whole[:n, :n], whole[n:, n:] = covariance, self.covariance
        return {**places, **{(name, 0): n + i for i, name in enumerate(self.shape)}}, whole

    @cached_property
    def approximation(self) -> NormalApproximation:
        """The joint normal approximation; the numbers move by themselves."""
        found, k = self.given.approximation, len(self.shape)
        r = found.rank

        def wider(slopes: Array) -> Array:
            return np.column_stack([slopes, np.zeros((len(slopes), k))])

        parameters = {n: replace(own, slopes=wider(own.slopes)) for n, own in found.parameters.items()}
        root = np.zeros((k, r + k))
        own_root = root_of(self.covariance)
        root[:, r : r + own_root.shape[1]] = own_root
        for i, (name, own) in enumerate(self.shape.items()):
            told = np.isfinite(own.sd)
            slopes = slope_on_axis(own.estimate, own.axis)[:, None] * root[i : i + 1]
            slopes = np.where(told[:, None], slopes, 0.0)
            parameters[name] = Movable(on_axis(own.estimate, own.axis), slopes, told, own.axis)
        return replace(
            found,
            parameters=parameters,
            by_beta=wider(found.by_beta),
            by_effects=wider(found.by_effects),
        )

    @property
    def conditional(self) -> Any:
        """Moments of the random variables given the data and the numbers."""
        return getattr(self.given, "conditional", None)

    def units(self, name: str) -> UnitMoments:
        """A quantity over units, given the numbers."""
        return self.given.units(name)

    def mean_variance(self, name: str) -> Array:
        """Var[mean over units of the deviations | y]."""
        return self.given.mean_variance(name)

    def profile_interval(self, name: str, position: int, level: float) -> tuple[float, float]:
        """Where the profile of a number falls by half a chi-squared quantile."""
        if name not in self.shape or len(self.shape) > 1:
            raise FitError(
                f"a profile interval of {name!r} beside unknown numbers that say how units are correlated"
                f" ({joined(list(self.shape), 'and')})",
                expected="interval='wald', or the only such number",
            )
        from scipy.optimize import brentq
        from scipy.stats import chi2

        best, here = self.profile(self.places), float(self.places[0])
        drop = float(chi2.ppf(level, 1)) / 2
        axis = self.profile.axes[name]

        def above(t: float) -> float:
            return min(self.profile(np.array([t])) - best - drop, 1e6)

        ends = []
        for sign, limit in ((-1.0, axis.lower), (1.0, axis.upper)):
            far = next((here + sign * d for d in (0.5, 1, 2, 4, 7) if above(here + sign * d) > 0), None)
            ends.append(limit if far is None else axis.number(brentq(above, here, far, xtol=1e-4)))
        return ends[0], ends[1]


def solve_shaped(
    planned: Planned,
    names: tuple[str, ...],
    solve: Solve,
    earlier: Earlier | None = None,
) -> ShapedSolution:
    """Maximise over some numbers, and at each of them over all else.

    Parameters
    ----------
    planned : Planned
    names : tuple of str
        The numbers.
    solve : callable
        Fits a plan in which they are known.
    earlier : mapping of str to ndarray, optional
        Estimates to begin with.

    Raises
    ------
    FitError
        If there is no fit at any of the numbers tried.
    """
    begun = (
        {name: float(np.ravel(earlier[name])[0]) for name in names if name in (earlier or {})}
        if earlier
        else {}
    )
    axes = {name: axis_of_shape(planned.lines[name], begun.get(name)) for name in names}
    profile = _Profile(planned, axes, solve)
    profile.at(np.array([axis.place(axis.middle) for axis in axes.values()]))  # what cannot be fitted says so
    places = _one(profile) if len(names) == 1 else _several(profile)
    covariance = _covariance(profile, places)
    shape = {}
    for i, ((name, axis), t) in enumerate(zip(axes.items(), places, strict=True)):
        estimate = np.array([axis.number(float(t))])
        sd = np.sqrt(covariance[i, i : i + 1]) if covariance[i, i] > 0 else np.full(1, np.nan)
        shape[name] = Numbers(estimate, sd, np.full(1, np.inf), "parameter", axis.name)
    return ShapedSolution(profile.at(places), shape, covariance, profile, places)


def _one(profile: _Profile) -> Array:
    """The best place of one number: the best of a few, then Brent's search around it."""
    from scipy.optimize import minimize_scalar

    (axis,) = profile.axes.values()
    trials = axis.trials
    values = [profile(np.array([t])) for t in trials]
    best = int(np.argmin(values))
    step = float(trials[1] - trials[0])
    low, high = float(trials[best]) - step, float(trials[best]) + step
    for _ in range(4):
        found = minimize_scalar(
            lambda t: profile(np.array([t])), bounds=(low, high), method="bounded", options={"xatol": _EXACT}
        )
        t = float(found.x)
        if low + 0.02 * step < t < high - 0.02 * step:
            return np.array([t])
        low, high = (t - 2 * step, t + step / 2) if t < (low + high) / 2 else (t - step / 2, t + 2 * step)
    return np.array([t])


def _several(profile: _Profile) -> Array:
    """The best places of several numbers, from the best of a few."""
    from scipy.optimize import minimize

    axes = list(profile.axes.values())
    middles = np.array([axis.place(axis.middle) for axis in axes])
    starts = [middles + move for move in (-1.25, 0.0, 1.25)]
    best = min(starts, key=profile)
    options = {"xatol": 1e-3, "fatol": 1e-7, "maxfev": 150 * len(axes)}
    found = minimize(profile, best, method="Nelder-Mead", options=options)
    return np.asarray(found.x)


def _covariance(profile: _Profile, places: Array) -> Array:
    """Of the numbers, by second differences of the profile on their axes; NaN of what it does not tell."""
    k = len(places)
    H = np.zeros((k, k))
    moves = np.eye(k) * _STEP
    middle = profile(places)
    for i in range(k):
        H[i, i] = (profile(places + moves[i]) - 2 * middle + profile(places - moves[i])) / _STEP**2
        for j in range(i):
            corners = [
                profile(places + s * moves[i] + r * moves[j]) * s * r for s in (1, -1) for r in (1, -1)
            ]
            H[i, j] = H[j, i] = sum(corners) / (4 * _STEP**2)
    told = np.isfinite(np.diagonal(H)) & (np.diagonal(H) > 1e-3) & (np.abs(places) < 2 * _FAR)
    found = np.full((k, k), np.nan)
    inner = np.ix_(told, told)
    if told.any() and np.linalg.eigvalsh(H[inner]).min() > 0:
        found[inner] = np.linalg.inv(H[inner])
    slopes = [
        (axis.number(float(t) + 1e-5) - axis.number(float(t) - 1e-5)) / 2e-5
        for axis, t in zip(profile.axes.values(), places, strict=True)
    ]
    return np.asarray(found * np.outer(slopes, slopes))
