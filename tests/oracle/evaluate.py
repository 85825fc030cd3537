"""The value of an expression at every unit of a domain.

Arrays have the units first and components after them; a scalar has one unit. A named expression is
written out where it is used: that is what a name for an expression means.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from stanlevels.graph import (
    ROWS,
    At,
    Call,
    Column,
    Component,
    ConstantNode,
    CovariatesNode,
    Dot,
    Expr,
    ExpressionNode,
    IndexNode,
    Number,
    Op,
    Ref,
    Stack,
    VariableNode,
)
from tests.oracle.world import Domain, World

Values = Mapping[str, np.ndarray]

FUNCTIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "exp": np.exp,
    "expm1": np.expm1,
    "log": np.log,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
    "square": np.square,
    "abs": np.abs,
    "logit": special.logit,
    "inv_logit": special.expit,
    "Phi": stats.norm.cdf,
    "inv_cloglog": lambda x: -np.expm1(-np.exp(x)),
    "tanh": np.tanh,
    "sin": np.sin,
    "cos": np.cos,
    "atan": np.arctan,
}

OPERATORS: dict[str, Callable[..., np.ndarray]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "**": np.power,
    "neg": np.negative,
}


@dataclass(frozen=True)
class Evaluator:
    """Evaluates expressions given the data and a value of every latent quantity.

    Parameters
    ----------
    world : World
        The data.
    values : mapping of str to ndarray
        Each latent quantity: its axes that come from data in the order declared, then components. A
        correlation is its Cholesky factor.
    """

    world: World
    values: Values

    def __call__(self, expr: Expr, domain: Domain) -> np.ndarray:
        """(units of domain, or 1; components)."""
        match expr:
            case Number(value=value):
                return np.array([float(value)])
            case Column(name=name):
                return self.world.numbers(domain, name)
            case Ref(name=name):
                return self.quantity(name, domain)
            case At(name=name, levels=levels):
                return self._at(name, levels, domain)
            case Component(of=of, key=key):
                return self._component(of, key, domain)
            case Dot(coefficients=coefficients, covariates=covariates):
                matrix = self.world.matrix(domain, covariates)
                return np.sum(self(coefficients, domain) * matrix, axis=1)
            case Op(symbol=symbol, args=args):
                return OPERATORS[symbol](*_aligned([self(a, domain) for a in args]))
            case Call(function=function, args=args):
                return FUNCTIONS[function](self(args[0], domain))
            case Stack(items=items):
                return np.stack(np.broadcast_arrays(*(self(i, domain) for i in items)), axis=-1)
        raise AssertionError(f"the oracle does not know {expr!r}")

    def quantity(self, name: str, domain: Domain) -> np.ndarray:
        """A quantity looked up from the units of `domain` through the data's nesting."""
        node = self.world.graph[name]
        if isinstance(node, ConstantNode):
            return np.array([float(node.value)])
        if isinstance(node, ExpressionNode):
            return self(node.expr, domain)
        assert isinstance(node, VariableNode)
        own = self.domain_of(name)
        flat = self.flat(name)
        return flat if own in ((), domain) else flat[self._positions(domain, own, own)]

    def flat(self, name: str) -> np.ndarray:
        """A latent quantity's values or an observed one's data, (units, components)."""
        node = self.world.graph[name]
        assert isinstance(node, VariableNode)
        own = self.domain_of(name)
        if node.is_observed:
            columns = [self.world.numbers(own, c) for c in node.observed]
            return columns[0] if len(columns) == 1 else np.stack(columns, axis=1)
        value = np.asarray(self.values[name], dtype=float)
        return value.reshape(self.world.size(own), *value.shape[len(own) :])

    def domain_of(self, name: str) -> Domain:
        """The units of a line with a distribution: its axes from data; rows where it only has data."""
        node = self.world.graph[name]
        assert isinstance(node, VariableNode)
        units = self.world.graph.unit_axes(node.over)
        return units or ((ROWS,) if node.is_observed else ())

    def _at(self, name: str, levels: Domain, domain: Domain) -> np.ndarray:
        targets = tuple(self.world.graph.target_level(level) for level in levels)
        return self.quantity(name, targets)[self._positions(domain, levels, targets)]

    def _positions(self, domain: Domain, roads: Domain, targets: Domain) -> np.ndarray:
        codes = self.world.codes(domain, roads)
        sizes = [self.world.size((t,)) for t in targets]
        return np.ravel_multi_index(tuple(codes.T), tuple(sizes))

    def _component(self, of: Ref | At, key: int | str, domain: Domain) -> np.ndarray:
        labels = self.component_labels(of.name)
        position = labels.index(key) if key in labels else key
        assert isinstance(position, int)
        return self(of, domain)[:, position]

    def component_labels(self, name: str) -> list[str | int]:
        """Labels of the one component axis of a quantity."""
        node = self.world.graph[name]
        if isinstance(node, ExpressionNode):
            inner = [r.name for r in _component_sources(node.expr)]
            return next(labels for n in inner if (labels := self.component_labels(n)))
        if not isinstance(node, VariableNode):
            return []
        fixed = self.world.graph.component_axes(node.over)
        if fixed:
            return self._axis_labels(fixed[-1])
        if node.family == "MultiNormal":
            return self._effect_labels(node)
        return list(range(self.flat(name).shape[-1])) if node.family == "Dirichlet" else []

    def _axis_labels(self, axis: str) -> list[str | int]:
        node = self.world.graph[axis]
        if isinstance(node, IndexNode):
            return list(node.labels)
        assert isinstance(node, CovariatesNode)
        return list(self.world.covariate_labels(axis))

    def _effect_labels(self, node: VariableNode) -> list[str | int]:
        """The names of the listed means, else those of the sds' index, else positions."""
        sds, means = node.arg("sigma"), node.arg("mu")
        if isinstance(sds, Ref) and (labels := self.component_labels(sds.name)):
            return labels
        if isinstance(means, Stack) and all(isinstance(m, Ref) for m in means.items):
            names = [m.name for m in means.items if isinstance(m, Ref)]
            if len(set(names)) == len(names):
                return list(names)
        return list(range(self.flat(node.name).shape[-1]))


def _component_sources(expr: Expr) -> list[Ref | At]:
    """References whose components an expression keeps (a component of one is a single number)."""
    match expr:
        case Ref() | At():
            return [expr]
        case Op(args=args) | Call(args=args):
            return [r for a in args for r in _component_sources(a)]
        case _:
            return []


def _aligned(arrays: list[np.ndarray]) -> list[np.ndarray]:
    """Trailing axes of length 1, so that units meet units and components components."""
    most = max(a.ndim for a in arrays)
    return [a.reshape(a.shape + (1,) * (most - a.ndim)) for a in arrays]
