"""What each method of estimation can be told, and what holds where it is not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeAlias

from stanlevels.errors import FitError, listing

__all__ = ["SETTINGS", "Inits", "Recorded", "settings_of"]

Inits: TypeAlias = float | Mapping[str, Any] | Sequence[Mapping[str, Any]]
"""Where chains start: a radius about 0, values by Stan parameter, or values for each chain."""

Recorded: TypeAlias = str | Collection[str] | Mapping[str, bool]
"""The quantities of which draws are kept: names, or which of all are and are not."""

_APPROXIMATE: dict[str, Any] = {"engine": "auto", "draws": 1000, "seed": None, "record": None}

SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "nuts": {
        "engine": "auto",
        "chains": 4,
        "warmup": None,
        "draws": 1000,
        "seed": None,
        "target_accept": None,
        "max_depth": 10,
        "inits": None,
        "parallel": None,
        "record": None,
        "start": None,
    },
    "mle": {"nAGQ": None, "priors": False, "start": None},
    "reml": {"start": None},
    "em": {"tolerance": 1e-9, "max_steps": 20_000, "start": None},
    "ols": {},
    "laplace": _APPROXIMATE,
    "pathfinder": _APPROXIMATE,
    "advi": _APPROXIMATE,
}
"""The settings of every method with their defaults; every method takes `progress` besides."""

_ELSEWHERE = {
    "iter": ("warmup", "draws"),
    "iter_warmup": ("warmup",),
    "tune": ("warmup",),
    "iter_sampling": ("draws",),
    "samples": ("draws",),
    "cores": ("parallel",),
    "parallel_chains": ("parallel",),
    "adapt_delta": ("target_accept",),
    "max_treedepth": ("max_depth",),
    "random_seed": ("seed",),
    "init": ("inits",),
    "initvals": ("inits",),
    "progressbar": ("progress",),
    "show_progress": ("progress",),
    "algorithm": ("method",),
    "backend": ("engine",),
    "maxiter": ("max_steps",),
    "tol": ("tolerance",),
    "pars": ("record",),
    "save_pars": ("record",),
    "var_names": ("record",),
    "keep": ("record",),
}
"""What brms, rstanarm, cmdstanpy, PyMC and statsmodels call the settings of a fit, and what they are here."""


def settings_of(method: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a fit: those given, and the method's own for the others.

    Parameters
    ----------
    method : str
    given : mapping of str to object
        None stands for a setting that was not given.

    Raises
    ------
    FitError
        For an unknown method, and for a setting that the method does not use.

    Examples
    --------
    >>> settings_of("em", {"tolerance": 1e-6, "chains": None})
    {'tolerance': 1e-06, 'max_steps': 20000, 'start': None}
    """
    if not isinstance(method, str) or method not in SETTINGS:
        raise FitError(f"method={method!r} is not known", expected=listing(SETTINGS, 20))
    own = SETTINGS[method]
    chosen = {name: value for name, value in given.items() if value is not None}
    if strange := sorted(name for name in chosen if name not in own):
        told = [_meant(name, own) for name in strange]
        raise FitError(
            f"method={method!r} takes no {', '.join(strange)}",
            expected=", ".join([*own, "progress"]),
            way_out="; ".join(text for text in told if text),
        )
    return {**own, **chosen}


_PRIOR_ALONE = frozenset({"prior_only", "sample_prior", "prior_PD", "prior_predictive"})


def _meant(name: str, own: Mapping[str, Any]) -> str:
    """What a setting that a method does not take is called, or belongs to."""
    if name in _PRIOR_ALONE:
        return (
            f"{name}=: a fit is always to the data, none draws from the priors alone; bound.priors shows them"
        )
    here = _ELSEWHERE.get(name, ())
    if here and all(word in own or word in ("method", "progress") for word in here):
        return f"{name}= is called {' and '.join(f'{word}=' for word in here)}"
    takers = [repr(method) for method, others in SETTINGS.items() if name in others]
    return f"{name}= belongs to method={' or '.join(takers)}" if takers else ""
