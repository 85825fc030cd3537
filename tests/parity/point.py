"""A point: values of all latent quantities, as a program's parameters and as the oracle sees them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from stanlevels.graph import VariableNode
from tests.oracle.affine import Moving
from tests.oracle.closed_forms import as_cholesky
from tests.oracle.density import log_densities
from tests.oracle.evaluate import Evaluator
from tests.oracle.marginal import Marginal, integrate_out
from tests.oracle.world import World
from tests.parity.forms import Natural, Softened
from tests.parity.subject import Parameter, Subject

Array = np.ndarray
Values = Mapping[str, Array]


@dataclass(frozen=True)
class Point:
    """Values of all latent quantities, as a program's parameters and as the oracle sees them."""

    judged: Subject
    world: World
    values: Values

    @cached_property
    def evaluate(self) -> Evaluator:
        return Evaluator(self.world, self.values)

    @cached_property
    def forms(self) -> list[tuple[Array, Array]]:
        """z and log dx/dz of whole quantities, by parameter."""
        variables = self.judged.graph.variables
        return [p.form.parameter(self.evaluate, variables[p.quantity]) for p in self.judged.sampled]

    @cached_property
    def parameters(self) -> dict[str, list[float]]:
        """Stan's parameters, first index fastest."""
        check_complete(self)
        found: dict[str, list[float]] = {}
        for p, (z, _) in zip(self.judged.sampled, self.forms, strict=True):
            found.setdefault(p.stan, []).extend(self._laid_out(p, z).ravel(order="F").tolist())
        return found

    def _laid_out(self, p: Parameter, z: Array) -> Array:
        """Units, where there are any, then all components along one axis; a correlation has two."""
        if self.judged.graph.variables[p.quantity].family == "LKJCholesky":
            return z[0]
        value = z[p.part]
        if not self.evaluate.domain_of(p.quantity):
            return value.reshape(-1)
        value = value.reshape(len(value), int(np.prod(value.shape[1:], dtype=int)))
        return value.T if p.turned else value

    @cached_property
    def log_density(self) -> float:
        """The oracle's, of the program's parameters: with the change of scale, integrals taken."""
        scales = [s[p.part] for p, (_, s) in zip(self.judged.sampled, self.forms, strict=True)]
        change = float(sum(np.sum(s) for s in scales))
        if not self.judged.integrated:
            return float(sum(np.sum(terms) for terms in log_densities(self.evaluate).values())) + change
        return self.integrated.log_density + change

    @property
    def integrated(self) -> Marginal:
        """Everything as the program sees it, and what it leaves out."""
        return integrate_out(self.world, self.values, self.judged.integrated, self.moving)

    @cached_property
    def moving(self) -> Moving:
        """Quantities whose parameters stay where they are when what they depend on is integrated."""
        still = (Natural, Softened)  # a quantity that depends on no other
        names = {p.quantity for p in self.judged.sampled if not isinstance(p.form, still)}
        return {name: self._from_parameters(name) for name in names}

    def _from_parameters(self, name: str) -> Callable[[Evaluator], Array]:
        node = self.judged.graph.variables[name]
        pairs = zip(self.judged.sampled, self.forms, strict=True)
        own = [(p, z) for p, (z, _) in pairs if p.quantity == name]

        def value(evaluate: Evaluator) -> Array:
            x = np.array(self.evaluate.flat(name))
            for p, z in own:
                x[p.part] = p.form.value(evaluate, node, z)[p.part]
            return x

        return value

    def moved(self, course: Values, t: float) -> Point:
        """Everything a step along a direction."""
        variables = self.judged.graph.variables
        values = {name: move(variables[name], x, course[name], t) for name, x in self.values.items()}
        return Point(self.judged, self.world, values)


def check_complete(point: Point) -> None:
    """Every number of every latent quantity is sampled once, or its quantity is integrated out."""
    for name in point.judged.graph.latent:
        own = [p for p in point.judged.sampled if p.quantity == name]
        if name in point.judged.integrated:
            assert not own, f"{name!r} is integrated out, and sampled as {own[0].stan!r}"
            continue
        times = np.zeros(point.evaluate.flat(name).shape)
        for p in own:
            times[p.part] += 1
        assert np.all(times == 1), f"{name!r} is neither integrated out nor sampled once: {times.tolist()}"


def direction(values: Values, rng: np.random.Generator) -> dict[str, Array]:
    """A random direction for every quantity, small beside small values, so that signs stay."""
    found = {}
    for name, x in values.items():
        size = np.where(x == 0, 1, np.minimum(1, np.abs(x)))
        found[name] = size * rng.standard_normal(np.shape(x))
    return found


def move(node: VariableNode, x: Array, along: Array, t: float) -> Array:
    """A step that keeps shares summing to 1 and correlations correlations."""
    if node.family == "LKJCholesky":
        rows = np.tril(as_cholesky(x) + t * along)
        return rows / np.linalg.norm(rows, axis=-1, keepdims=True)
    stepped = x + t * along
    return stepped / stepped.sum(axis=-1, keepdims=True) if node.family == "Dirichlet" else stepped
