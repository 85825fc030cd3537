"""Forms and integrals together in random models: the density of the rest is the same wherever it is taken."""

from __future__ import annotations

import numpy as np
import pytest

from stanlevels.graph import VariableNode
from tests.oracle.affine import Lines
from tests.oracle.density import log_densities
from tests.oracle.draft import SeededChoices
from tests.oracle.integrable import NormalChoices, random_set, with_numbers
from tests.oracle.marginal import integrate_out
from tests.oracle.random_models import random_case, random_values
from tests.oracle.world import build_world
from tests.parity.forms import NATURAL, Between, Form, Standardised
from tests.parity.harness import Parameter, Subject
from tests.parity.point import Point


@pytest.mark.slow
def test_forms_and_integrals_go_together_in_random_models():
    """log p(z) = log p(z, u) - log p(u | z) at any u, with what is sampled in any form about u."""
    models = about = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        choose = SeededChoices(rng)
        case = random_case(NormalChoices(choose), int(rng.integers(2**32)))
        graph = with_numbers(case.graph)
        world = build_world(graph, case.data, tables=case.tables)
        values = random_values(case, graph=graph)
        sampled = [Parameter(name, name, random_form(node, rng)) for name, node in graph.latent.items()]
        judged = Subject(graph, world.units, tuple(sampled), frozenset(), "", {})
        point = Point(judged, world, values)
        names = random_set(world, values, rng, moving=point.moving)
        found = integrate_out(world, values, names, point.moving)
        u = found.numbers.join(found.conditional.draw(rng)) + rng.normal(size=found.numbers.size)
        there = Lines(world, values, found.numbers, point.moving).at(u)
        whole = float(sum(np.sum(terms) for terms in log_densities(there).values()))
        part = found.conditional.log_density(found.numbers.split(u))
        assert abs(whole - part - found.log_density) <= 1e-9 * max(1, abs(whole), abs(part))
        models += bool(names)
        about += any(not np.array_equal(there.values[name], values[name]) for name in point.moving)
    assert models > 25
    assert about > 8


def random_form(node: VariableNode, rng: np.random.Generator) -> Form:
    """Any form that a line may take; scalars of priors stay as they are."""
    if node.family not in ("Normal", "MultiNormal") or node.ordered or not node.over or rng.random() < 0.5:
        return NATURAL
    return Standardised() if node.family == "MultiNormal" or rng.random() < 0.5 else Between(rng.uniform())
