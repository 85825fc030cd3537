"""The forms in which a program may sample a quantity x, with location mu and scale s where it has them.

Each gives the parameter z of a value and the log of dx/dz, number by number, and the value of a parameter.
Arrays are (units, components).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from stanlevels.graph import Expr, VariableNode
from tests.oracle.closed_forms import as_cholesky
from tests.oracle.density import line_arguments
from tests.oracle.evaluate import Evaluator

Array = np.ndarray


class Form(Protocol):
    """A change of scale from a quantity to a parameter."""

    def parameter(self, evaluate: Evaluator, node: VariableNode) -> tuple[Array, Array]:
        """z and log dx/dz at the evaluator's values."""
        ...

    def value(self, evaluate: Evaluator, node: VariableNode, z: Array) -> Array:
        """x, given z and the quantities that x depends on."""
        ...


@dataclass(frozen=True)
class Natural:
    """z = x; a correlation is its Cholesky factor."""

    def parameter(self, evaluate: Evaluator, node: VariableNode) -> tuple[Array, Array]:
        x = evaluate.flat(node.name)
        if node.family == "LKJCholesky":
            x = as_cholesky(x[0])[None]
        return x, np.zeros(x.shape)

    def value(self, evaluate: Evaluator, node: VariableNode, z: Array) -> Array:
        return z


@dataclass(frozen=True)
class Standardised:
    """x = mu + s z; of a MultiNormal x = mu + s * (L z) with L the Cholesky factor of its correlation.

    `location` and `scale` name the arguments.
    """

    location: str = "mu"
    scale: str = "sigma"

    def parameter(self, evaluate: Evaluator, node: VariableNode) -> tuple[Array, Array]:
        x = evaluate.flat(node.name)
        location, scale = self._parts(evaluate, node, x)
        z, log_scale = (x - location) / scale, np.log(scale)
        if node.family == "MultiNormal":
            factor = _factor(evaluate, node)
            z = np.linalg.solve(factor, z.T).T
            log_scale = log_scale + np.log(np.diag(factor))
        return z, log_scale

    def value(self, evaluate: Evaluator, node: VariableNode, z: Array) -> Array:
        location, scale = self._parts(evaluate, node, z)
        return location + scale * (z @ _factor(evaluate, node).T if node.family == "MultiNormal" else z)

    def _parts(self, evaluate: Evaluator, node: VariableNode, x: Array) -> tuple[Array, Array]:
        arguments = line_arguments(evaluate, node)
        return _beside(arguments[self.location], x), _beside(arguments[self.scale], x)


@dataclass(frozen=True, eq=False)
class Between:
    """x = m + (s / t)^(1 - w) (z - w m) - by, with m = mu + by; w = 0 standardised and 1 natural.

    w is one, or one per unit (and component); t one, or one per component. Papaspiliopoulos, Roberts and
    Skold (2003), Bayesian Statistics 7; the scale of z is t (s / t)^w.
    """

    weight: float | Array
    typical: float | Array = 1.0
    moved: Moved | None = None

    def parameter(self, evaluate: Evaluator, node: VariableNode) -> tuple[Array, Array]:
        x = evaluate.flat(node.name)
        w, location, scale, by = self._parts(evaluate, node, x)
        return w * (location + by) + (x - location) * scale ** (w - 1), (1 - w) * np.log(scale)

    def value(self, evaluate: Evaluator, node: VariableNode, z: Array) -> Array:
        w, location, scale, by = self._parts(evaluate, node, z)
        return location + scale ** (1 - w) * (z - w * (location + by))

    def _parts(self, evaluate: Evaluator, node: VariableNode, x: Array) -> tuple[Array, ...]:
        assert node.family != "MultiNormal", "components of a vector have one scale together"
        arguments = line_arguments(evaluate, node)
        weight, typical = (np.asarray(each, dtype=float) for each in (self.weight, self.typical))
        weight = weight.reshape(x.shape) if weight.size == x.size else _beside(weight, x)
        typical = typical.reshape(x.shape[1:] if typical.size > 1 else ())
        location, scale = (_beside(arguments[name], x) for name in ("mu", "sigma"))
        by = np.zeros(()) if self.moved is None else self.moved.by_units(evaluate)
        return weight, location, scale / typical, _beside(by, x)


@dataclass(frozen=True)
class Moved:
    """x = z - by, with `by` an expression of other quantities at the units of x."""

    by: Expr
    units: tuple[str, ...] = ()

    def parameter(self, evaluate: Evaluator, node: VariableNode) -> tuple[Array, Array]:
        x = evaluate.flat(node.name)
        return x + self.by_units(evaluate), np.zeros(x.shape)

    def value(self, evaluate: Evaluator, node: VariableNode, z: Array) -> Array:
        return z - self.by_units(evaluate)

    def by_units(self, evaluate: Evaluator) -> Array:
        return np.asarray(evaluate(self.by, self.units), dtype=float)


@dataclass(frozen=True)
class Softened:
    """x = t exp(z / 2) Phi(z), with t one, or one per component."""

    typical: tuple[float, ...]

    def parameter(self, evaluate: Evaluator, node: VariableNode) -> tuple[Array, Array]:
        x = evaluate.flat(node.name)
        ratio = x / np.asarray(self.typical)
        logs = np.log(ratio).ravel()
        found = [
            brentq(lambda z, log=log: z / 2 + norm.logcdf(z) - log, -80, 2000, xtol=1e-14) for log in logs
        ]
        z = np.reshape(found, x.shape)
        return z, np.log(x) + np.log(0.5 + np.exp(norm.logpdf(z) - norm.logcdf(z)))

    def value(self, evaluate: Evaluator, node: VariableNode, z: Array) -> Array:
        return np.asarray(self.typical) * np.exp(z / 2) * norm.cdf(z)


NATURAL = Natural()


def _factor(evaluate: Evaluator, node: VariableNode) -> Array:
    return as_cholesky(line_arguments(evaluate, node)["corr"][0])


def _beside(argument: Array, x: Array) -> Array:
    """Units meet units, and one number stands for all components."""
    return np.broadcast_to(argument.reshape(argument.shape + (1,) * (x.ndim - argument.ndim)), x.shape)
