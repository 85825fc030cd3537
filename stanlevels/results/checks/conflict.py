"""Check of priors that a person wrote against what came out: a posterior in the tail of its prior."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import listing
from stanlevels.graph.text import node_text
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import Literal, Setting, Term
from stanlevels.results.checks.evidence import Evidence
from stanlevels.results.checks.findings import Finding
from stanlevels.results.draws import Draws

__all__ = ["check_conflict"]

TAIL = 1e-4
"""Share of a prior beyond the posterior's median below which the two are said to be at odds: 3.9 standard
deviations of a normal prior."""


def check_conflict(evidence: Evidence) -> Iterator[Finding]:
    """Numbers whose posterior lies where their own prior, of given numbers, has next to nothing."""
    draws = evidence.draws
    found = [name for name in evidence.mixed if _judged(draws.line(name)) and _tail(draws, name) < TAIL]
    if not found:
        return
    lines = "; ".join(node_text(draws.line(name).node) for name in found[:3])
    yield Finding(
        "conflict",
        tuple(found),
        f"prior and data at odds over {listing(found)}",
        f"The posterior of {listing(found)} lies where the prior has less than one part in 10,000: {lines}."
        " What is shown is a compromise of the two that neither supports.",
        "a prior in the unit of the data, or none (leave its numbers out) for one that is scaled to them",
    )


def _judged(line: Line) -> bool:
    """Whether a line is a number (or some) with a prior that a person gave numbers and that falls off.

    The tail of a flat prior, as of `Uniform(0, 20000)` or `Beta(1, 1)`, is as likely as any other part.
    """
    if not line.is_latent or line.domain:
        return False
    falls = line.family.half or bool(line.family.location_scale)
    written = all(expression is not None for _, expression in line.variable.args)
    return falls and written and all(_is_given(term) for term in line.args.values())


def _is_given(term: Term) -> bool:
    return isinstance(term, Literal) or (isinstance(term, Setting) and bool(term.values))


def _tail(draws: Draws, name: str) -> float:
    """The smallest share of the prior that lies beyond a median, among the numbers of a quantity."""
    line, values = draws.line(name), draws.flat(name)
    if not values.size:  # coefficients of a covariate with a single category
        return 1.0
    median = np.median(values, axis=(0, 1))
    arguments = {a: np.asarray(draws.evaluate(term, ())).ravel() for a, term in line.args.items()}
    below: Array = np.broadcast_to(line.form.cumulative(median, arguments), median.shape)
    above = 1 - below
    ends = above if line.family.half else np.minimum(below, above)
    return float(np.nan_to_num(ends, nan=1.0).min(initial=1.0))
