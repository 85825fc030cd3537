"""What is said to be known of outcomes, against the outcomes themselves and their distribution."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.composed import STATUS, STATUSES, UNTIL
from stanlevels.distributions.supports import Support
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DataError, listing
from stanlevels.passes.check_numbers import is_known
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.values.evaluate import evaluate
from stanlevels.values.store import Values

__all__ = ["check_censored"]


def check_censored(line: Line, planned: Planned, source: Any) -> None:
    """Refuse rows of which something impossible is known.

    Raises
    ------
    DataError
        Where intervals have no ends, or end before they begin; where an outcome lies where its distribution
        has nothing; and where one that is seen is none of its values.
    """
    composed = line.family.composed
    if STATUS.name not in line.args or composed is None:
        return
    known = _known(line, planned, source)
    support = FAMILIES[composed.base].support
    for rows, found, expected, way_out in _impossible(line, known, support):
        at = np.flatnonzero(rows)
        if len(at):
            y = known["outcome"]
            raise DataError(
                f"{len(at)} of {len(y)} rows of {line.name} ~ {line.variable.outlined} {found}:"
                f" {listing(y[at])} in rows {listing(at)} (counted from 0)",
                expected=expected,
                way_out=way_out,
            )


def _known(line: Line, planned: Planned, source: Any) -> dict[str, Array]:
    """Outcomes, and arguments that are known, row by row."""
    y = np.asarray(source.outcome(line.name), dtype=float).reshape(-1)
    found = {"outcome": y}
    for name, term in line.args.items():
        if line.parameter(name).support.shape == "scalar" and is_known(term, planned):
            values = evaluate(term, line.domain, Values(planned, {}), source).reshape(-1)
            found[name] = np.broadcast_to(values, y.shape)
    return found


def _impossible(
    line: Line, known: dict[str, Array], support: Support
) -> Iterator[tuple[Array, str, str, str]]:
    """Rows, what is wrong with them, what is expected, and the way out."""
    y, status = known["outcome"], known[STATUS.name]
    seen, right, left, interval = (status == STATUSES[w] for w in ("none", "right", "left", "interval"))
    if UNTIL.name not in line.args:
        yield interval, "are intervals, and nothing says where they end", "their ends", "until='column'"
    else:
        end = "an end above the outcome"
        yield interval & ~(known[UNTIL.name] > y), "are intervals that do not end after they begin", end, ""
    correct = "correct the data, or choose a distribution that allows these values"
    yield seen & ~support.inside(y), "are not censored, and cannot be", support.words, correct
    low = np.maximum(known.get("lower", -np.inf), support.lower)
    high = np.minimum(known.get("upper", np.inf), support.upper)
    inside = "outcomes between the ends of the distribution"
    below = (y < low) if support.integer else (y <= low)
    yield left & below, "are known to be at most what nothing is below", inside, ""
    yield (right | interval) & (y >= high), "are known to be more than what is possible", inside, ""
