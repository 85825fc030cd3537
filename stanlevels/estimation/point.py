"""Fits without draws: which method applies, and what it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stanlevels.errors import FitError, listing
from stanlevels.estimation.solution import Solution

if TYPE_CHECKING:
    from stanlevels.binding import Bound
    from stanlevels.passes.planned import Planned

__all__ = ["POINT_METHODS", "solve"]

POINT_METHODS = ("ols", "mle", "reml", "em")


def solve(planned: Planned, bound: Bound, method: str, settings: dict[str, Any]) -> Solution:
    """Fit a bound model by least squares, maximum likelihood, REML or EM.

    Parameters
    ----------
    planned : Planned
    bound : Bound
    method : str
        One of `POINT_METHODS`.
    settings : dict
        What the person set: `nAGQ` for maximum likelihood of models that are not Gaussian, `tolerance`
        and `max_steps` for EM.

    Raises
    ------
    FitError
        If the method cannot take the model, naming the line, or does not know a setting.
    """
    from stanlevels.estimation.gaussian_solution import solve_by_em, solve_gaussian
    from stanlevels.estimation.least_squares import solve_least_squares
    from stanlevels.estimation.linear_model import linear_model

    _check_settings(method, settings)
    model = linear_model(planned, bound)
    if method == "ols":
        return solve_least_squares(planned, model)
    if method == "em":
        tolerance, steps = settings.get("tolerance", 1e-9), settings.get("max_steps", 20_000)
        return solve_by_em(planned, bound, model, tolerance, steps)
    return solve_gaussian(planned, bound, model, method)


_SETTINGS = {"ols": (), "mle": ("nAGQ",), "reml": (), "em": ("tolerance", "max_steps")}


def _check_settings(method: str, settings: dict[str, Any]) -> None:
    strange = [name for name in settings if name not in _SETTINGS[method]]
    if strange:
        raise FitError(
            f"method={method!r} takes no {listing(strange)}",
            expected=listing(_SETTINGS[method]) or "no settings",
        )
