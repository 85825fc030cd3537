"""What a model looks like from outside, and how two spellings of it differ."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from stanlevels.bind_graph import bind_graph
from stanlevels.bound_model import BoundModel
from stanlevels.errors import DeclarationError
from stanlevels.graph import Graph
from stanlevels.plan.quantities import Centering
from tests.oracle.random_models import Case, random_values
from tests.oracle.world import build_world
from tests.parity.harness import build, subject, without_model
from tests.parity.point import Point
from tests.spelling.rewrites import Spelling, Values

POINTS = 2


@dataclass(frozen=True)
class Written:
    """A declared model with its data.

    `near` holds, for quantities, a value and how far to go from it: points at which the data are not
    impossible. Without it a quantity is of size 1.
    """

    graph: Graph
    data: pd.DataFrame
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    near: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def bind(self) -> BoundModel:
        return bind_graph(self.graph, self.data, tables=self.tables)

    def respelled(self, spelling: Spelling) -> Written:
        """The same in other words, and with the columns that go with them."""

        def moved(frame: pd.DataFrame) -> pd.DataFrame:
            here = {x: how for x, how in spelling.columns.items() if x in frame}
            return frame.assign(**{x: c + d * frame[x] for x, (c, d) in here.items()})

        tables = {name: moved(table) for name, table in self.tables.items()}
        return replace(self, graph=spelling.graph, data=moved(self.data), tables=tables)


@dataclass(frozen=True)
class Face:
    """What must not depend on the spelling.

    Attributes
    ----------
    centered : mapping of str to bool
        The form of every random variable.
    functions : Counter
        Stan's GLM functions in the program.
    priors : mapping of str to tuple of float
        Numbers in the text of a prior, in order of size.
    values : list of Values
        Random points.
    densities : list of float
        The log density there, on the scale of the quantities.
    jacobians : list of float
        What was taken off for the program's constraints.
    """

    centered: Mapping[str, Centering]
    functions: Counter[str]
    priors: Mapping[str, tuple[float, ...]]
    values: list[Values]
    densities: list[float]
    jacobians: list[float]


def face(written: Written, seed: int) -> Face:
    """The face of a model at points of its own."""
    bound = written.bind()
    values = [_values(written, bound, [seed, k]) for k in range(POINTS)]
    jacobian = build(without_model(bound.stan_code), bound.stan_data)
    points = _points(bound, written, values)
    model = build(bound.stan_code, bound.stan_data)
    unconstrained = [model.unconstrain(parameters) for parameters, _ in points]
    jacobians = [jacobian.log_prob_grad(q)[0] for q in unconstrained]
    densities = [
        model.log_prob_grad(q)[0] - j - change
        for q, j, (_, change) in zip(unconstrained, jacobians, points, strict=True)
    ]
    assert np.all(np.isfinite(densities)), densities
    return Face(*_texts(bound), values, densities, jacobians)


def _values(written: Written, bound: BoundModel, seed: list[int]) -> Values:
    case = Case(None, written.data, written.tables, frozenset(), seed[0])
    judged = subject(bound)
    found = random_values(case, judged.units, seed[1], judged.graph)
    rng = np.random.default_rng(seed)
    for name, (value, spread) in written.near.items():
        found[name] = value + spread * rng.uniform(-1, 1, np.shape(found[name]))
    return found


def _texts(
    bound: BoundModel,
) -> tuple[Mapping[str, Centering], Counter[str], Mapping[str, tuple[float, ...]]]:
    functions = Counter(re.findall(r"\w+_glm_lp[dm]f", bound.stan_code))
    return dict(bound.plan.centered), functions, numbers_of_priors(bound)


def _points(
    bound: BoundModel, written: Written, values: list[Values]
) -> list[tuple[dict[str, list[float]], float]]:
    """The program's parameters at values of the quantities, and the log of the change of scale."""
    judged = subject(bound)
    world = build_world(judged.graph, written.data, judged.units, written.tables)
    points = [Point(judged, world, each) for each in values]
    return [(point.parameters, _change_of_scale(point)) for point in points]


def _change_of_scale(point: Point) -> float:
    parts = zip(point.judged.sampled, point.forms, strict=True)
    return float(sum(np.sum(scale[p.part]) for p, (_, scale) in parts))


def numbers_of_priors(bound: BoundModel) -> dict[str, tuple[float, ...]]:
    """Numbers in the texts of priors, by quantity."""
    table = bound.priors.to_frame()
    return {name: _numbers(text) for name, text in zip(table["quantity"], table["prior"], strict=True)}


def _numbers(text: str) -> tuple[float, ...]:
    found = re.findall(r"(?<![\w.])[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?(?![\w.])", text)
    return tuple(sorted(abs(float(number)) for number in found))


def differences(base: Face, first: Written, spelling: Spelling) -> list[str]:
    """How the face of a spelling differs from that of the first, in words."""
    written = first.respelled(spelling)
    bound = written.bind()
    centered, functions, priors = _texts(bound)
    found = [
        f"{name!r} was {_form(base.centered[name])} and is {_form(form)}"
        for name, form in centered.items()
        if base.centered.get(name, form) != form
    ]
    if functions != base.functions:
        found.append(f"GLM functions were {dict(base.functions)} and are {dict(functions)}")
    found += [
        f"numbers of {name!r}'s prior were {base.priors[name]} and are {priors.get(name)}"
        for name in _as_before(first.graph, spelling)
        if name in base.priors and not _close(base.priors[name], priors.get(name, ()))
    ]
    return [*found, *_other_densities(base, bound, written, spelling)]


def _form(centered: Centering) -> str:
    return {True: "centred", False: "non-centred", "between": "between both"}[centered]


def _as_before(graph: Graph, spelling: Spelling) -> list[str]:
    """Quantities whose line is the same and whose prior is told in the same words."""
    new = spelling.graph.nodes
    return [n for n, v in graph.latent.items() if new.get(n) == v and n not in spelling.retold]


def _close(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    """Equal to the four digits that a text shows."""
    return len(a) == len(b) and bool(np.allclose(a, b, rtol=2e-3))


def _other_densities(base: Face, bound: BoundModel, written: Written, spelling: Spelling) -> list[str]:
    model = build(bound.stan_code, bound.stan_data)
    points = _points(bound, written, [spelling.values(values) for values in base.values])
    unconstrained = [model.unconstrain(parameters) for parameters, _ in points]
    jacobians = base.jacobians
    if spelling.log_volume or spelling.other_forms:  # what is measured in other units may be an sd
        empty = build(without_model(bound.stan_code), bound.stan_data)
        jacobians = [empty.log_prob_grad(q)[0] for q in unconstrained]
    for q, (_, change), jacobian, expected in zip(
        unconstrained, points, jacobians, base.densities, strict=True
    ):
        found = model.log_prob_grad(q)[0] - jacobian - change + spelling.log_volume
        if not abs(found - expected) <= 1e-8 * max(1.0, abs(expected)):
            return [f"the log density was {expected:.9g} and is {found:.9g}"]
    return []


def is_refused(written: Written) -> bool:
    """Whether the declaration cannot be meant."""
    try:
        written.bind()
    except DeclarationError:
        return True
    return False
