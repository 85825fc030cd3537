"""Log densities of the priors of parameters, for maximum likelihood with ``priors=True``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from stanlevels.errors import FitError
from stanlevels.graph.text import node_text
from stanlevels.linear.forms import Forms, NotLinear
from stanlevels.linear.predictor import Predictor
from stanlevels.plan.placed import Line

__all__ = ["log_prior", "prior_of", "priors_of"]

Array = np.ndarray[Any, Any]
Density = Callable[..., Array]


def _gammaln(x: Any) -> Array:
    from scipy.special import gammaln

    return np.asarray(gammaln(x))


def _normal(x: Array, mu: Array, sigma: Array) -> Array:
    return np.asarray(-np.log(sigma) - np.log(2 * np.pi) / 2 - ((x - mu) / sigma) ** 2 / 2)


def _student(x: Array, nu: Array, mu: Array, sigma: Array) -> Array:
    constant = _gammaln((nu + 1) / 2) - _gammaln(nu / 2) - np.log(nu * np.pi) / 2 - np.log(sigma)
    return np.asarray(constant - (nu + 1) / 2 * np.log1p(((x - mu) / sigma) ** 2 / nu))


def _cauchy(x: Array, mu: Array, sigma: Array) -> Array:
    return _student(x, np.ones(()), mu, sigma)


def _logistic(x: Array, mu: Array, sigma: Array) -> Array:
    z = (x - mu) / sigma
    return np.asarray(-z - np.log(sigma) - 2 * np.logaddexp(0, -z))


def _gamma(x: Array, alpha: Array, beta: Array) -> Array:
    return np.asarray(alpha * np.log(beta) - _gammaln(alpha) + (alpha - 1) * np.log(x) - beta * x)


def _inverse_gamma(x: Array, alpha: Array, beta: Array) -> Array:
    return np.asarray(alpha * np.log(beta) - _gammaln(alpha) - (alpha + 1) * np.log(x) - beta / x)


def _weibull(x: Array, alpha: Array, sigma: Array) -> Array:
    z = x / sigma
    return np.asarray(np.log(alpha / sigma) + (alpha - 1) * np.log(z) - z**alpha)


# Densities up to a constant where a family is half of another: the maximum is the same, and the constant
# log 2 is added.
_DENSITIES: dict[str, Density] = {
    "Normal": _normal,
    "StudentT": _student,
    "Cauchy": _cauchy,
    "Logistic": _logistic,
    "Laplace": lambda x, mu, sigma: -np.log(2 * sigma) - np.abs(x - mu) / sigma,
    "LogNormal": lambda x, mu, sigma: _normal(np.log(x), mu, sigma) - np.log(x),
    "Gamma": _gamma,
    "InverseGamma": _inverse_gamma,
    "Exponential": lambda x, beta: np.log(beta) - beta * x,
    "Weibull": _weibull,
    "Uniform": lambda x, alpha, beta: np.where((x >= alpha) & (x <= beta), -np.log(beta - alpha), -np.inf),
    "HalfNormal": lambda x, sigma: np.log(2) + _normal(x, np.zeros(()), sigma),
    "HalfCauchy": lambda x, sigma: np.log(2) + _cauchy(x, np.zeros(()), sigma),
    "HalfStudentT": lambda x, nu, sigma: np.log(2) + _student(x, nu, np.zeros(()), sigma),
}


def prior_of(line: Line, forms: Forms) -> Callable[[Array], float]:
    """The log density of a parameter's declared distribution, as a function of its numbers.

    Raises
    ------
    FitError
        If the distribution has unknown arguments or is not in the table.
    """
    node = line.variable
    if node.family == "LKJCholesky":
        concentration = forms.term(line, line.args["eta"])
        if isinstance(concentration, NotLinear):
            raise concentration.error()
        eta = float(concentration.offset[0])
        return lambda pairs: _lkj(pairs, eta)
    density = _DENSITIES.get(node.family)
    if density is None or node.parameterization:
        raise FitError(
            f"priors=True does not know {node_text(node)} as the prior of a parameter",
            expected=f"one of {', '.join(_DENSITIES)}, LKJCholesky",
        )
    arguments = {}
    for name, term in line.args.items():
        form = forms.term(line, term)
        if isinstance(form, NotLinear) or not form.known:
            raise FitError(
                f"{node_text(node)} has unknown arguments, and a parameter's prior must be known",
                way_out=f"give {line.name!r} another role, or leave out priors=True",
            )
        arguments[name] = form.wide(forms.width(line)).offset
    return lambda x: _total(density, x, arguments)


def _total(density: Density, x: Array, arguments: Mapping[str, Array]) -> float:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        value = float(np.sum(density(x, **arguments)))
    return value if np.isfinite(value) else -np.inf


def _lkj(pairs: Array, eta: float) -> float:
    """(eta - 1) log det of the correlation matrix, up to a constant of its size."""
    size = int((1 + np.sqrt(1 + 8 * len(pairs))) / 2)
    R = np.eye(size)
    R[np.triu_indices(size, 1)] = pairs
    R = R + R.T - np.eye(size)
    sign, log_det = np.linalg.slogdet(R)
    return (eta - 1) * float(log_det) if sign > 0 else -np.inf


def priors_of(made: Predictor) -> dict[str, Callable[[Array], float]]:
    """Priors of every parameter of a predictor's model."""
    names = [name for name, role in made.roles.items() if role == "parameter"]
    return {name: prior_of(made.planned.lines[name], made.forms) for name in names}


def log_prior(priors: Mapping[str, Callable[[Array], float]], numbers: Mapping[str, Array]) -> float:
    """The sum over parameters."""
    return float(sum(priors[name](numbers[name]) for name in priors if name in numbers))
