"""The rewrites of a model, one a file, each a pure function that leaves a record in words.

`PASSES` is the order in which they run. A pass takes a `Planned` model and a `Context` of facts
from the data, and gives a `Planned` model with the same meaning.
"""

from __future__ import annotations

from collections.abc import Callable

from stanlevels.passes.center import center
from stanlevels.passes.check import check
from stanlevels.passes.expand import expand
from stanlevels.passes.fill import fill
from stanlevels.passes.identify import identify
from stanlevels.passes.nest import nest
from stanlevels.passes.planned import Context, Planned

Pass = Callable[[Planned, Context], Planned]

PASSES: tuple[Pass, ...] = (expand, nest, check, identify, fill, center)


def run(planned: Planned, context: Context) -> Planned:
    """Run every pass in order."""
    for step in PASSES:
        planned = step(planned, context)
    return planned
