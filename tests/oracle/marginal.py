"""The log density of a declared graph with some of its normal quantities integrated out.

The integrated numbers are one vector u. Every line that moves with them must read ``r(u) ~ N(0, C)`` with the
residual ``r(u) = r0 + R u`` affine in u and C free of u; both are found by evaluating the line, so that it
does not matter how the model is spelled. The integrated quantities' own lines make u ~ N(m, S); the others
then have the dense normal density N(0; r0 + R m, C + R S R').

Nothing here is fast, and nothing is shared with the package but the graph.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import linalg

from stanlevels.graph import Graph, VariableNode
from tests.oracle.affine import Lines, Moving, Numbers, Part
from tests.oracle.closed_forms import as_correlation
from tests.oracle.density import line_arguments, line_log_density
from tests.oracle.evaluate import Evaluator, Values
from tests.oracle.simulation import line_components, line_units
from tests.oracle.world import Key, World, build_world

Array = np.ndarray

LOG_2PI = np.log(2 * np.pi)

SCALES: dict[str, Callable[[Array], Array]] = {
    "Normal": lambda x: x,
    "MultiNormal": lambda x: x,
    "LogNormal": np.log,
}
"""Families that are normal on some scale; those that are so as they stand can be integrated out."""
INTEGRABLE = ("Normal", "MultiNormal")


class NotGaussian(AssertionError):
    """Given everything else, the quantities are not jointly normal with what depends on them."""


def log_marginal(
    graph: Graph,
    data: pd.DataFrame,
    values: Values,
    integrated: Collection[str],
    units: Mapping[str, Iterable[Key]] | None = None,
    tables: Mapping[str, pd.DataFrame] | None = None,
) -> float:
    """The log density of the data and of all that is not integrated, every constant included.

    As `tests.oracle.density.log_density`; values of the integrated quantities are not needed.
    """
    return integrate_out(build_world(graph, data, units, tables), values, integrated).log_density


def integrate_out(
    world: World, values: Values, integrated: Collection[str], moving: Moving | None = None
) -> Marginal:
    """The integrated quantities and all that depends on them as one normal distribution.

    Parameters
    ----------
    world : World
        The declaration, no argument left open, with its data.
    values : mapping of str to ndarray
        Every other latent quantity, as for `log_density`.
    integrated : collection of str
        Names of latent lines of the family Normal or MultiNormal.
    moving : mapping of str to function, optional
        Quantities that are not integrated and yet move with those that are, such as A = P + tau z where z is
        held fixed. The function computes A, (units, components), from the quantities before it. The log
        density is still the integral of the product of all lines; that of z has the factor dA/dz besides.

    Raises
    ------
    NotGaussian
        Where it cannot be done; the message names the line and what it depends on.
    """
    numbers = Numbers(_shapes(world, integrated))
    lines = Lines(world, values, numbers, moving or {})
    rest = 0.0
    prior, others = [Block.empty(numbers.size)], [Block.empty(numbers.size)]
    for name, node in world.graph.variables.items():
        if not _moves(lines, node):
            rest += float(np.sum(line_log_density(lines.origin, node)))
        elif node.family in SCALES:
            (prior if name in integrated else others).append(_block(lines, node))
        else:
            rest += _unmoved(lines, node)
    return Marginal(numbers, rest, Block.stacked(prior), Block.stacked(others))


def _shapes(world: World, integrated: Collection[str]) -> dict[str, tuple[int, ...]]:
    """Shapes of the integrated quantities, every one after those it depends on."""
    variables = world.graph.variables
    for name in integrated:
        if name not in variables:
            raise NotGaussian(f"{name!r} is no line with a distribution of {world.graph.name}")
        node = variables[name]
        if node.is_observed:
            raise NotGaussian(f"{name!r} has data: there is nothing to integrate")
        if node.family not in INTEGRABLE:
            raise NotGaussian(f"{name!r} is {node.family}, not one of {', '.join(INTEGRABLE)}")
        if node.ordered:
            raise NotGaussian(f"{name!r} is ordered: its normal distribution is cut off")
    evaluate = Evaluator(world, {})
    chosen = [variables[name] for name in world.graph.topological() if name in integrated]
    return {v.name: (*line_units(evaluate, v), *line_components(evaluate, v)) for v in chosen}


# --- one line --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Block:
    """Numbers ``offset + slopes u ~ N(0, covariance)``, and what a log density has beside that of these."""

    offset: Array
    slopes: Array
    covariance: Array
    constant: float = 0.0

    @classmethod
    def empty(cls, size: int) -> Block:
        return cls(np.zeros(0), np.zeros((0, size)), np.zeros((0, 0)))

    @classmethod
    def stacked(cls, blocks: Iterable[Block]) -> Block:
        """Independent blocks together."""
        every = list(blocks)
        return cls(
            np.concatenate([b.offset for b in every]),
            np.concatenate([b.slopes for b in every]),
            _block_diagonal([b.covariance for b in every]),
            sum(b.constant for b in every),
        )


def _moves(lines: Lines, node: VariableNode) -> bool:
    """Whether a line's own values or any of its arguments depend on the integrated numbers."""
    arguments = [_argument(node, name) for name, _ in node.args]
    itself = node.name in {*lines.numbers.shapes, *lines.moving}
    return itself or any(lines.moves(argument) for argument in arguments)


def _argument(node: VariableNode, name: str) -> Part:
    expr = node.arg(name)
    if expr is None:
        raise ValueError(f"{name} of {node.name!r} is left open; the oracle knows no default priors")
    return lambda evaluate: evaluate(expr, evaluate.domain_of(node.name))


def _unmoved(lines: Lines, node: VariableNode) -> float:
    """The log density of a line that moves as a whole, such as a Student-t quantity held in standard form."""

    def terms(evaluate: Evaluator) -> Array:
        return line_log_density(evaluate, node)

    if lines.varies(terms):
        raise NotGaussian(f"{node.name!r} is {node.family} and depends on {lines.movers(terms)}")
    return float(np.sum(terms(lines.origin)))


def _block(lines: Lines, node: VariableNode) -> Block:
    """A normal line, on the scale on which it is normal."""
    for name, _ in node.args:
        if name != "mu" and lines.varies(part := _argument(node, name)):
            raise NotGaussian(f"{name} of {node.name!r} depends on {lines.movers(part)}")

    mean = _argument(node, "mu")

    def residual(evaluate: Evaluator) -> Array:
        x, mu = SCALES[node.family](evaluate.flat(node.name)), mean(evaluate)
        return (x - mu.reshape(mu.shape + (1,) * (x.ndim - mu.ndim))).reshape(-1)

    if (found := lines.affine(residual)) is None:
        raise NotGaussian(f"the mean of {node.name!r} is not affine in {lines.movers(mean)}")
    return _weighted(lines.origin, node, *found)


def _weighted(evaluate: Evaluator, node: VariableNode, offset: Array, slopes: Array) -> Block:
    """Unit by unit: w times a normal log density is that of C / w and a constant."""
    x = evaluate.flat(node.name)
    covariances = _covariances(evaluate, node, x)
    weights = np.ones(len(x))
    if node.weights is not None:
        weights = evaluate.world.numbers(evaluate.domain_of(node.name), node.weights)
    kept: list[int] = []
    constant, scaled = 0.0, []
    for row, (weight, covariance) in enumerate(zip(weights, covariances, strict=True)):
        if weight == 0:
            continue
        k = len(covariance)
        size = k * LOG_2PI + np.linalg.slogdet(covariance)[1]
        constant += (1 - weight) * size / 2 - k * np.log(weight) / 2
        if node.family == "LogNormal":
            constant -= weight * float(np.log(x[row]).sum())
        kept += range(row * k, (row + 1) * k)
        scaled.append(covariance / weight)
    return Block(offset[kept], slopes[kept], _block_diagonal(scaled), constant)


def _covariances(evaluate: Evaluator, node: VariableNode, x: Array) -> list[Array]:
    """The covariance of every unit's components."""
    arguments = line_arguments(evaluate, node)
    sds = arguments["sigma"]
    sds = np.broadcast_to(sds.reshape(sds.shape + (1,) * (x.ndim - sds.ndim)), x.shape).reshape(len(x), -1)
    k = sds.shape[1]
    correlation = as_correlation(arguments["corr"].reshape(k, k)) if "corr" in arguments else np.eye(k)
    return [np.outer(s, s) * correlation for s in sds]


def _block_diagonal(blocks: list[Array]) -> Array:
    return linalg.block_diag(*blocks) if blocks else np.zeros((0, 0))


# --- all lines -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Marginal:
    """What is left when u is integrated out, and what is known of u.

    Parameters
    ----------
    numbers : Numbers
        The integrated quantities as one vector u.
    rest : float
        Log density of the lines that do not depend on u.
    prior, others : Block
        The integrated quantities' own lines, and the other lines that depend on u.
    """

    numbers: Numbers
    rest: float
    prior: Block
    others: Block

    @cached_property
    def unconditional(self) -> Normal:
        """u given what it depends on, before anything that depends on it."""
        back = np.linalg.inv(self.prior.slopes)
        return Normal(self.numbers, -back @ self.prior.offset, back @ self.prior.covariance @ back.T)

    @cached_property
    def predicted(self) -> tuple[Array, Array]:
        """Mean and covariance of the residuals of the other lines."""
        u, lines = self.unconditional, self.others
        mean = lines.offset + lines.slopes @ u.mean
        return mean, lines.covariance + lines.slopes @ u.covariance @ lines.slopes.T

    @cached_property
    def log_density(self) -> float:
        """Of the data and of everything that is not integrated."""
        mean, covariance = self.predicted
        volume = np.linalg.slogdet(self.prior.slopes)[1]
        constant = self.rest + self.prior.constant + self.others.constant - volume
        return float(constant + normal_log_density(mean, covariance))

    @cached_property
    def conditional(self) -> Normal:
        """u given everything else."""
        u, lines = self.unconditional, self.others
        mean, covariance = self.predicted
        gain = np.linalg.solve(covariance, lines.slopes @ u.covariance).T
        kept = np.eye(self.numbers.size) - gain @ lines.slopes
        left = kept @ u.covariance @ kept.T + gain @ lines.covariance @ gain.T
        return Normal(self.numbers, u.mean - gain @ mean, left)


@dataclass(frozen=True)
class Normal:
    """A normal distribution of several quantities: mean and dense covariance of them as one vector."""

    numbers: Numbers
    mean: Array
    covariance: Array

    @property
    def means(self) -> dict[str, Array]:
        """The mean of each quantity, in its own shape."""
        return self.numbers.split(self.mean)

    @property
    def sds(self) -> dict[str, Array]:
        """The standard deviations of each quantity, in its own shape."""
        return self.numbers.split(np.sqrt(np.diag(self.covariance)))

    def covariance_of(self, a: str, b: str | None = None) -> Array:
        """Covariance of the numbers of two quantities (by default of one)."""
        places = self.numbers.places
        return self.covariance[places[a], places[a if b is None else b]]

    def log_density(self, values: Values) -> float:
        """At values of the quantities."""
        return float(normal_log_density(self.numbers.join(values) - self.mean, self.covariance))

    def draw(self, rng: np.random.Generator) -> dict[str, Array]:
        """One value of every quantity."""
        root = np.linalg.cholesky(self.covariance)
        return self.numbers.split(self.mean + root @ rng.standard_normal(len(root)))


def normal_log_density(residual: Array, covariance: Array) -> float:
    """Of a multivariate normal distribution with mean 0, by a dense Cholesky factor."""
    root = np.linalg.cholesky(covariance)
    z = linalg.solve_triangular(root, residual, lower=True) if len(root) else residual
    return float(-(len(root) * LOG_2PI + z @ z) / 2 - np.log(np.diag(root)).sum())
