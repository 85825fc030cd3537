"""Links: what turns a mean into a linear predictor, both ways, with the slope of the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import nan, pi
from typing import Any

import numpy as np

from stanlevels.distributions.special import special

__all__ = ["LINKS", "Link", "link_undone_by"]

Map = Callable[[Any], Any]


@dataclass(frozen=True)
class Link:
    """A link function.

    Parameters
    ----------
    name : str
        Also the argument that selects a parameterisation with it.
    inverse : str
        The function of the language that leads from the predictor to the mean; "" where none is needed.
    predictor, mean : callable
        From a mean to a predictor, and back.
    slope : callable
        The derivative of `mean`, at a predictor.
    latent_variance : float
        Of the variable behind the link, where the outcome says on which side of a threshold it lies:
        pi^2 / 3 for the logistic. NaN where there is no such variable.
    """

    name: str
    inverse: str
    predictor: Map
    mean: Map
    slope: Map
    latent_variance: float = nan


def _normal_density(x: Any) -> Any:
    return np.exp(-np.square(x) / 2) / np.sqrt(2 * pi)


LINKS: dict[str, Link] = {
    link.name: link
    for link in (
        Link("identity", "", np.positive, np.positive, np.ones_like),
        Link("log", "exp", np.log, np.exp, np.exp),
        Link("log_rate", "", lambda m: -np.log(m), lambda x: np.exp(-x), lambda x: -np.exp(-x)),
        Link(
            "logit",
            "inv_logit",
            lambda p: special.logit(p),
            lambda x: special.expit(x),
            lambda x: special.expit(x) * special.expit(-x),
            pi**2 / 3,
        ),
        Link("probit", "Phi", lambda p: special.ndtri(p), lambda x: special.ndtr(x), _normal_density, 1.0),
        Link(
            "cloglog",
            "inv_cloglog",
            lambda p: np.log(-np.log1p(-p)),
            lambda x: -np.expm1(-np.exp(x)),
            lambda x: np.exp(x - np.exp(x)),
            pi**2 / 6,
        ),
        Link(
            "tan_half",
            "",
            lambda angle: np.tan(angle / 2),
            lambda x: 2 * np.arctan(x),
            lambda x: 2 / (1 + np.square(x)),
        ),
    )
}


def link_undone_by(function: str) -> Link | None:
    """The link whose way back is a function of the language, if there is one.

    Examples
    --------
    >>> link_undone_by("inv_logit").name, link_undone_by("sin")
    ('logit', None)
    """
    return next((link for link in LINKS.values() if function and link.inverse == function), None)
