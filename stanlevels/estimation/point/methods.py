"""Fits without draws: which method applies, and what it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stanlevels.errors import FitError, listing
from stanlevels.estimation.point.again import Earlier
from stanlevels.estimation.point.observer import Observer, unobserved
from stanlevels.estimation.point.solution import Solution

if TYPE_CHECKING:
    from stanlevels.binding import Bound
    from stanlevels.plan.planned import Planned

__all__ = ["POINT_METHODS", "solve"]

POINT_METHODS = ("ols", "mle", "reml", "em")


def solve(
    planned: Planned,
    bound: Bound,
    method: str,
    settings: dict[str, Any],
    observer: Observer = unobserved,
    earlier: Earlier | None = None,
) -> Solution:
    """Fit a bound model by least squares, maximum likelihood, REML or EM.

    Parameters
    ----------
    planned : Planned
    bound : Bound
    method : str
        One of `POINT_METHODS`.
    settings : dict
        Those of the method; see `stanlevels.estimation.settings`.
    observer : callable
        Hears of every evaluation.
    earlier : mapping of str to ndarray, optional
        Estimates to begin with, by quantity: see `stanlevels.estimation.point.again`.

    Raises
    ------
    FitError
        If the method cannot take the model, naming the line.
    """
    from stanlevels.estimation.point.shape import shapes_of

    _refuse_missing(planned, bound, method)
    names = shapes_of(planned) if method in ("mle", "reml") else ()
    if names:
        return _shaped(planned, bound, method, settings, observer, names, earlier)
    return _solved(planned, bound, method, settings, observer, earlier)


def _shaped(
    planned: Planned,
    bound: Bound,
    method: str,
    settings: dict[str, Any],
    observer: Observer,
    names: tuple[str, ...],
    earlier: Earlier | None,
) -> Solution:
    """Some unknown numbers say how units are correlated: all else is fitted at each of them."""
    from stanlevels.estimation.point.shaped import solve_shaped

    if settings.get("priors"):
        raise FitError(
            f"priors=True beside unknown {listing(names)}, which is found on a profile of the likelihood",
            expected="priors=False",
            way_out="method='nuts' takes the priors of all",
        )

    def solve(held: Planned) -> Solution:
        found = _solved(held, bound, method, settings, unobserved, None)
        observer(found.log_likelihood)
        return found

    return solve_shaped(planned, names, solve, earlier)


def _solved(
    planned: Planned,
    bound: Bound,
    method: str,
    settings: dict[str, Any],
    observer: Observer,
    earlier: Earlier | None,
) -> Solution:
    from stanlevels.linear.forms import NotLinearError
    from stanlevels.linear.noise import is_gaussian

    if any(line.family.is_vector for line in planned.observed.values()):
        _refuse_vectors(planned, method)
        return _general(planned, bound, method, settings, observer, earlier)
    solver = _gaussian if is_gaussian(planned) else _generalised
    try:
        return solver(planned, bound, method, settings, observer, earlier)
    except NotLinearError:
        if method not in ("mle", "reml"):
            raise
    return _general(planned, bound, method, settings, observer, earlier)


def _refuse_missing(planned: Planned, bound: Bound, method: str) -> None:
    """Raise where other lines use outcomes that are missing: together they are no linear model."""
    lacking = [line.variable.completes for line in planned.latent.values() if line.variable.completes]
    lacking += dict.fromkeys(name for names, _ in bound.encodings.sums.values() for name in names)
    if lacking and method != "mle":
        raise FitError(
            f"method={method!r} was given {listing(lacking)} with missing values, and other lines use it",
            expected="outcomes that are known, or that no other line uses",
            way_out="method='mle' integrates over them, method='nuts' samples them; or leave their rows out:"
            ' missing="drop" in fit',
        )


def _refuse_vectors(planned: Planned, method: str) -> None:
    """Raise for methods of one residual standard deviation, where outcomes of one line have several."""
    if method not in ("mle", "reml"):
        names = [line.name for line in planned.observed.values() if line.family.is_vector]
        raise FitError(
            f"method={method!r} takes one number in each row, and {listing(names)} has several that are"
            " correlated",
            expected="method='mle', method='reml' or method='nuts'",
        )


def _gaussian(
    planned: Planned,
    bound: Bound,
    method: str,
    settings: dict[str, Any],
    observer: Observer,
    earlier: Earlier | None,
) -> Solution:
    """A linear model with one residual standard deviation, whose integrals are exact."""
    from stanlevels.estimation.point.lmm.least_squares import solve_least_squares
    from stanlevels.estimation.point.lmm.model import linear_model
    from stanlevels.estimation.point.lmm.penalty import solve_penalised
    from stanlevels.estimation.point.lmm.solution import solve_by_em, solve_gaussian
    from stanlevels.estimation.point.prior_densities import priors_of

    model = linear_model(planned, bound)
    if settings.get("nAGQ") not in (None, 1):
        raise FitError("nAGQ is for models that are not Gaussian: these are integrated exactly")
    if method == "ols":
        return solve_least_squares(planned, model)
    if method == "em":
        tolerance, steps = settings.get("tolerance", 1e-9), settings.get("max_steps", 20_000)
        return solve_by_em(planned, bound, model, tolerance, steps, observer, earlier)
    if settings.get("priors"):
        return solve_penalised(planned, model, priors_of(model.predictor), observer, earlier)
    return solve_gaussian(planned, bound, model, method, observer, earlier)


def _generalised(
    planned: Planned,
    bound: Bound,
    method: str,
    settings: dict[str, Any],
    observer: Observer,
    earlier: Earlier | None,
) -> Solution:
    """Maximum likelihood of a generalised linear mixed model."""
    from stanlevels.estimation.point.glmm.model import glmm_model
    from stanlevels.estimation.point.glmm.solution import solve_glmm
    from stanlevels.estimation.point.prior_densities import priors_of

    if method != "mle":
        names = [f"{line.name} ~ {line.variable.outlined}" for line in planned.observed.values()]
        raise FitError(
            f"method={method!r} is for normal outcomes, and this model has {listing(names)}",
            expected="method='mle' (Laplace approximation) or method='nuts'",
        )
    model = glmm_model(planned, bound)
    priors = priors_of(model.predictor) if settings.get("priors") else {}
    points = settings.get("nAGQ")
    return solve_glmm(planned, model, 1 if points is None else points, priors, observer, earlier)


def _general(
    planned: Planned,
    bound: Bound,
    method: str,
    settings: dict[str, Any],
    observer: Observer,
    earlier: Earlier | None,
) -> Solution:
    """Maximum likelihood of anything else that has one."""
    from stanlevels.estimation.point.general.model import general_model
    from stanlevels.estimation.point.general.solution import solve_general
    from stanlevels.estimation.point.prior_densities import priors_of

    model = general_model(planned, bound, restricted=method == "reml")
    priors = priors_of(model.predictor) if settings.get("priors") else {}
    return solve_general(planned, model, settings.get("nAGQ"), priors, observer, earlier)
