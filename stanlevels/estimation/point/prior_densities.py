"""Log densities of the priors of parameters, for maximum likelihood with ``priors=True``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.table import FAMILIES, Parameterization
from stanlevels.distributions.vectors import log_jacobian_of_correlations
from stanlevels.errors import FitError
from stanlevels.graph.text import node_text
from stanlevels.linear.forms import Forms, NotLinear
from stanlevels.linear.predictor import Predictor
from stanlevels.plan.placed import Line

__all__ = ["log_prior", "prior_of", "priors_of"]


def prior_of(line: Line, forms: Forms) -> Callable[[Array], float]:
    """The log density of a parameter's declared distribution, as a function of its numbers.

    Raises
    ------
    FitError
        If the distribution has unknown arguments, or is neither of numbers nor of a correlation matrix.
    """
    node, family, form = line.variable, line.family, line.form
    if not (family.latent and (family.is_scalar or family.is_correlation)):
        known = [f.name for f in FAMILIES.values() if f.latent and (f.is_scalar or f.is_correlation)]
        raise FitError(
            f"priors=True does not know {node_text(node)} as the prior of a parameter",
            expected=f"one of {', '.join(known)}",
        )
    width = 1 if family.is_correlation else forms.width(line)
    arguments = {}
    for name, term in line.args.items():
        found = forms.term(line, term)
        if isinstance(found, NotLinear) or not found.known:
            raise FitError(
                f"{node_text(node)} has unknown arguments, and a parameter's prior must be known",
                way_out=f"give {line.name!r} numbers, as in sl.Normal(0, 2.5), or another role; default"
                " priors are for method='laplace' and method='nuts'",
            )
        arguments[name] = found.wide(width).offset
    if family.is_correlation:
        return lambda pairs: _of_correlations(form, pairs, {name: a[0] for name, a in arguments.items()})
    return lambda x: _finite(np.sum(form.log_density(x, arguments)))


def _finite(value: Any) -> float:
    return float(value) if np.isfinite(value) else -np.inf


def _of_correlations(form: Parameterization, pairs: Array, arguments: Mapping[str, Array]) -> float:
    """The density of a correlation matrix, from what is above its diagonal."""
    size = int((1 + np.sqrt(1 + 8 * len(pairs))) / 2)
    R = np.eye(size)
    R[np.triu_indices(size, 1)] = pairs
    R = R + R.T - np.eye(size)
    try:
        L = np.linalg.cholesky(R)
    except np.linalg.LinAlgError:
        return -np.inf
    return _finite(form.log_density(L, arguments) - log_jacobian_of_correlations(L))


def priors_of(made: Predictor) -> dict[str, Callable[[Array], float]]:
    """Priors of every parameter of a predictor's model."""
    names = [name for name, role in made.roles.items() if role == "parameter"]
    return {name: prior_of(made.planned.lines[name], made.forms) for name in names}


def log_prior(priors: Mapping[str, Callable[[Array], float]], numbers: Mapping[str, Array]) -> float:
    """The sum over parameters."""
    return float(sum(priors[name](numbers[name]) for name in priors if name in numbers))
