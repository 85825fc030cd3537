"""Log densities of the priors of parameters, for maximum likelihood with ``priors=True``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
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
from stanlevels.plan.terms import uses
from stanlevels.values.evaluate import evaluate
from stanlevels.values.store import Values

__all__ = ["log_prior", "prior_of", "priors_of"]


Numbers = Mapping[str, Array]
"""The numbers of parameters, by name."""


def prior_of(line: Line, forms: Forms, beside: Collection[str]) -> Callable[[Numbers], float]:
    """The log density of a parameter's declared distribution, as a function of all parameters' numbers.

    A location may depend on other parameters, as that of an intercept does whose prior is where covariates
    are at their means.

    Parameters
    ----------
    line : Line
    forms : Forms
    beside : collection of str
        The parameters.

    Raises
    ------
    FitError
        If the distribution has other unknown arguments, or is neither of numbers nor of a correlation matrix.
    """
    node, family, form = line.variable, line.family, line.form
    if not (family.latent and (family.is_scalar or family.is_correlation)):
        known = [f.name for f in FAMILIES.values() if f.latent and (f.is_scalar or f.is_correlation)]
        raise FitError(
            f"priors=True does not know {node_text(node)} as the prior of a parameter",
            expected=f"one of {', '.join(known)}",
        )
    width = 1 if family.is_correlation else forms.width(line)
    arguments = {name: _argument(line, name, forms, set(beside), width) for name in line.args}

    def log_density(numbers: Numbers) -> float:
        given = {name: each(numbers) for name, each in arguments.items()}
        if family.is_correlation:
            return _of_correlations(form, numbers[line.name], {name: a[0] for name, a in given.items()})
        return _finite(np.sum(form.log_density(numbers[line.name], given)))

    return log_density


def _argument(
    line: Line, name: str, forms: Forms, beside: set[str], width: int
) -> Callable[[Numbers], Array]:
    """An argument as a function of parameters' numbers."""
    term = line.args[name]
    found = forms.term(line, term)
    if not isinstance(found, NotLinear) and found.parts.keys() <= beside:
        wide = found.wide(width)
        return lambda numbers: (
            wide.offset + sum(np.asarray(part @ numbers[other]) for other, part in wide.parts.items())
        )
    used = {other for use in uses(term) for other in forms.planned.unknowns[use.name]}
    if line.domain or not used <= beside:
        raise FitError(
            f"{node_text(line.variable)} has unknown arguments, and a parameter's prior must be known",
            way_out=f"give {line.name!r} numbers, as in sl.Normal(0, 2.5), or another role",
        )

    def evaluated(numbers: Numbers) -> Array:
        arrays = {other: np.reshape(numbers[other], (1, 1, 1, -1)) for other in used}
        values = Values(forms.planned, arrays)
        return np.broadcast_to(evaluate(term, (), values, forms.bound).ravel(), (width,))

    return evaluated


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


def priors_of(made: Predictor) -> dict[str, Callable[[Numbers], float]]:
    """Priors of every parameter of a predictor's model."""
    names = [name for name, role in made.roles.items() if role == "parameter"]
    return {name: prior_of(made.planned.lines[name], made.forms, names) for name in names}


def log_prior(priors: Mapping[str, Callable[[Numbers], float]], numbers: Numbers) -> float:
    """The sum over parameters."""
    return float(sum(priors[name](numbers) for name in priors if name in numbers))
