"""What each method of estimation can be told, and what holds where it is not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeAlias

from stanlevels.errors import FitError, listing
from stanlevels.estimation.meant import meant_by_method, meant_by_setting

__all__ = ["SETTINGS", "Inits", "Recorded", "check_method", "settings_of"]

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
    check_method(method)
    own = SETTINGS[method]
    chosen = {name: value for name, value in given.items() if value is not None}
    if strange := sorted(name for name in chosen if name not in own):
        told = dict.fromkeys(meant_by_setting(name, own, SETTINGS) for name in strange)
        raise FitError(
            f"method={method!r} takes no {', '.join(strange)}",
            expected=", ".join([*own, "progress"]),
            way_out="; ".join(text for text in told if text),
        )
    return {**own, **chosen}


def check_method(method: object) -> None:
    """Refuse a method that there is not.

    Raises
    ------
    FitError
        With the nearest.
    """
    if not isinstance(method, str) or method not in SETTINGS:
        raise FitError(
            f"method={_shown(method)} is not known",
            expected=listing(SETTINGS, 20),
            way_out=meant_by_method(method, SETTINGS),
        )


def _shown(method: object) -> str:
    return repr(method) if isinstance(method, str) else f"a {type(method).__name__}"
