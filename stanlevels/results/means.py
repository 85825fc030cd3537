"""The mean that a line declares, from its arguments: what `deviation` is measured from.

Closed forms with Stan's arguments (sd, not variance; shape and rate). The Cauchy distribution has no
mean: its location stands in. NaN where a mean is infinite or does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.graph import VariableNode
from stanlevels.results.evaluate import evaluate
from stanlevels.results.mixing import chunks

if TYPE_CHECKING:
    from stanlevels.results.draws import Array, Draws

__all__ = ["declared_mean", "mean_of"]

Arguments = Mapping[str, "Array"]


def _location(a: Arguments) -> Array:
    return a["mu"]


def _inv_logit(x: Array) -> Array:
    from scipy.special import expit

    return np.asarray(expit(x))


def _gamma_ratio(a: Array, b: Array) -> Array:
    """Gamma(a) / Gamma(b)."""
    from scipy.special import gammaln

    return np.asarray(np.exp(gammaln(a) - gammaln(b)))


def _half_student(a: Arguments) -> Array:
    """2 sigma sqrt(nu/pi) Gamma((nu + 1)/2) / (Gamma(nu/2) (nu - 1)), for nu > 1."""
    nu = a["nu"]
    mean = 2 * a["sigma"] * np.sqrt(nu / np.pi) * _gamma_ratio((nu + 1) / 2, nu / 2) / (nu - 1)
    return np.where(nu > 1, mean, np.nan)


def _simplex(a: Arguments) -> Array:
    share: Array = a["alpha"] / a["alpha"].sum(axis=-1, keepdims=True)
    return share


_MEANS: dict[tuple[str, str], Callable[[Arguments], Array]] = {
    **{(f, ""): _location for f in ("Normal", "StudentT", "Cauchy", "Laplace", "Logistic", "MultiNormal")},
    ("LogNormal", ""): lambda a: np.exp(a["mu"] + a["sigma"] ** 2 / 2),
    ("Gamma", ""): lambda a: a["alpha"] / a["beta"],
    ("Gamma", "log"): lambda a: np.exp(a["log"]),
    ("InverseGamma", ""): lambda a: np.where(a["alpha"] > 1, a["beta"] / (a["alpha"] - 1), np.nan),
    ("Exponential", ""): lambda a: 1 / a["beta"],
    ("Exponential", "log"): lambda a: np.exp(a["log"]),
    ("Weibull", ""): lambda a: a["sigma"] * _gamma_ratio(1 + 1 / a["alpha"], np.ones(())),
    ("Beta", ""): lambda a: a["alpha"] / (a["alpha"] + a["beta"]),
    ("Beta", "mean"): lambda a: a["mean"],
    ("Beta", "logit"): lambda a: _inv_logit(a["logit"]),
    ("Uniform", ""): lambda a: (a["alpha"] + a["beta"]) / 2,
    ("HalfNormal", ""): lambda a: a["sigma"] * np.sqrt(2 / np.pi),
    ("HalfCauchy", ""): lambda a: a["sigma"] * np.nan,
    ("HalfStudentT", ""): _half_student,
    ("Dirichlet", ""): _simplex,
}


def mean_of(node: VariableNode, arguments: Arguments, width: int) -> Array:
    """The mean of a line's distribution, of arguments (chains, draws, units, components).

    `width` is the number of components: a single concentration of a Dirichlet holds for each.
    """
    if node.family == "Dirichlet":
        wide = (*arguments["alpha"].shape[:-1], width)
        arguments = {"alpha": np.broadcast_to(arguments["alpha"], wide)}
    with np.errstate(all="ignore"):
        return _MEANS[(node.family, node.parameterization)](arguments)


def declared_mean(name: str, draws: Draws, width: int) -> Array | None:
    """Posterior mean of a quantity's declared mean, (units, components); None for a named expression.

    Draws are taken in pieces, so that memory stays bounded.
    """
    line = draws.line(name)
    if not isinstance(line.node, VariableNode):
        return None
    shape = (draws.bound.size(line.domain), width)
    total, (chains, length) = np.zeros(shape), draws.shape
    for piece in chunks(length, chains * shape[0] * shape[1]):
        part = draws.window(piece)
        arguments = {
            arg: evaluate(term, line.domain, part)
            for arg, term in line.args.items()
            if (line.node.family, arg) != ("MultiNormal", "corr")
        }
        mean = mean_of(line.node, arguments, width).mean(axis=(0, 1)) if length else np.nan
        total += np.broadcast_to(mean, shape) * (piece.stop - piece.start) / length
    return total
