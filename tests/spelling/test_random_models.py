"""Every rewrite of random models: the same priors, plan, GLM functions and log density.

Half of the models have every prior of a single number left open, so that default priors are everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial

import numpy as np
import pytest

from tests.oracle.random_models import seeded_case
from tests.spelling.kit import Face, Written, differences, face, is_refused
from tests.spelling.rewrites import REWRITES, Rewrite, in_turn, opened, told

pytestmark = pytest.mark.slow

MODELS = 48
AT_LEAST = 8
FURTHEST = 600

BY_HAND_ONLY = ("sums_over_a_covariate", "sums_multiplied_out")
"""What random models do not spell; the rewrites of halves lead there."""

ENDS_ELSEWHERE = {("terms_reversed", 37)}
"""Where a pilot look, over rows with effects of their own, ends elsewhere in another spelling.

The program is the same; weights of the form between, which are data, are not, and so is its log density.
"""

OF_PRODUCTS = {
    (rewrite, 262)
    for rewrite in (
        "covariates_centred",
        "covariates_scaled",
        "covariates_standardised",
        "columns_of_another_scale",
    )
}
"""Slopes of a column whose mean moves with another: the open part of it is that where the other is 0.

So its default prior is about another quantity where that column has another origin, as with the parts of any
product, and the prior of the intercept beside it names its numbers.
"""

EVERYWHERE = [rewrite for rewrite in REWRITES if rewrite.__name__ not in BY_HAND_ONLY]


@cache
def drawn(seed: int) -> Written:
    """As drawn, or with its priors open: whether or not the data tell of everything that is open."""
    case = seeded_case(seed)
    graph = case.graph if seed % 2 else opened(case.graph)
    return Written(graph, case.data, case.tables)


@cache
def random_model(seed: int) -> Written:
    """With numbers for what is open and of which the data do not tell."""
    first = drawn(seed)
    return replace(first, graph=told(first.graph, lambda graph: is_refused(replace(first, graph=graph))))


@cache
def random_face(seed: int) -> Face:
    return face(random_model(seed), seed)


def where_it_applies(rewrite: Rewrite) -> list[int]:
    """The first models in which there is something to rewrite, and further ones until there are enough."""
    found: list[int] = []
    for seed in range(FURTHEST):
        if seed >= MODELS and len(found) >= AT_LEAST:
            break
        known = (rewrite.__name__, seed) in ENDS_ELSEWHERE | OF_PRODUCTS
        found += [seed] if not known and rewrite(drawn(seed).graph) else []
    return found


def how_it_differs(seed: int, rewrite: Rewrite) -> list[str]:
    """The differences in words; so that one model does not hide the others, what it raised is one of them."""
    try:
        spelling = rewrite(random_model(seed).graph)
        return [] if spelling is None else differences(random_face(seed), random_model(seed), spelling)
    except Exception as error:
        return [f"{type(error).__name__}: {str(error).splitlines()[0][:200]}"]


def hold(rewrites: Mapping[int, Rewrite]) -> None:
    """Assert that models, by seed, do not differ after a rewrite each."""
    differ = {seed: words for seed, rewrite in rewrites.items() if (words := how_it_differs(seed, rewrite))}
    assert not differ, f"{len(differ)} of {len(rewrites)} differ: {dict(list(differ.items())[:4])}"


@pytest.mark.parametrize("rewrite", EVERYWHERE, ids=lambda r: r.__name__)
def test_random_models_keep_their_meaning_in_another_spelling(rewrite: Rewrite):
    seeds = where_it_applies(rewrite)
    assert len(seeds) >= AT_LEAST
    half = [s for s in seeds if s // 2 % 2 == EVERYWHERE.index(rewrite) % 2]  # with open priors and without
    seeds = half if len(half) >= AT_LEAST else seeds
    hold(dict.fromkeys(seeds, rewrite))


def test_random_models_keep_their_meaning_after_several_rewrites_in_turn():
    chosen = {
        seed: [REWRITES[k] for k in np.random.default_rng(seed).permutation(len(REWRITES))[:5]]
        for seed in range(MODELS)
    }
    assert {rewrite for five in chosen.values() for rewrite in five} == set(REWRITES)
    hold({seed: partial(in_turn, rewrites=five) for seed, five in chosen.items()})


def test_what_is_refused_is_refused_in_every_spelling():
    refused = [seed for seed in range(MODELS) if is_refused(drawn(seed))][:8]
    accepted = [
        f"{seed}: {rewrite.__name__}"
        for seed in refused
        for rewrite in REWRITES
        if (spelling := rewrite(drawn(seed).graph)) and not is_refused(drawn(seed).respelled(spelling))
    ]
    assert not accepted


def test_most_random_models_keep_open_priors():
    latent = [random_model(seed).graph.latent.values() for seed in range(MODELS)]
    are_open = [any(e is None for node in nodes for _, e in node.args) for nodes in latent]
    assert sum(are_open) > MODELS // 2
