"""What is done to a model before it is fitted: pure functions that leave records in words.

Before data are read, `assign_roles` and `open_arguments` rewrite the declared graph. `place` makes the
literal plan of that graph on data (with `place_domains` and `place_terms`), and `PASSES` go over the
plan, one a file, in this order; each takes a planned model and facts of the data, and gives a planned
model with the same meaning. A pass that gives the rows an axis of their own, such as cells, gives the data
with that axis beside it. `check` and `identify` only refuse and say. `check_data` holds data against
supports, before and after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from stanlevels.binding import Bound
from stanlevels.passes.center import center
from stanlevels.passes.check import check
from stanlevels.passes.compress import compress
from stanlevels.passes.correlate import correlate
from stanlevels.passes.cost import cost_of, costs_in_words
from stanlevels.passes.default_priors import default_priors
from stanlevels.passes.glm import glm
from stanlevels.passes.identify import identify
from stanlevels.passes.lift import lift
from stanlevels.passes.marginalize import marginalize
from stanlevels.passes.move import move
from stanlevels.passes.soften import soften
from stanlevels.plan.planned import Planned

__all__ = ["PASSES", "Pass", "run"]

Pass = Callable[[Planned, Bound], Planned | tuple[Planned, Bound]]

PASSES: tuple[Pass, ...] = (
    *(check, identify, default_priors, marginalize, correlate, center, lift, move, soften, compress, glm),
)


def run(planned: Planned, data: Bound, passes: Iterable[Pass] = PASSES) -> tuple[Planned, Bound]:
    """Run every pass in order.

    Returns
    -------
    Planned
        The model after every pass.
    Bound
        The data with the axes that passes gave them.
    """
    costs = [cost_of("as declared", planned, data)]
    for step in passes:
        found = step(planned, data)
        before = planned
        planned, data = found if isinstance(found, tuple) else (found, data)
        if not _is_same(planned, before):
            costs.append(cost_of(step.__name__, planned, data))
    return planned.noting(*costs_in_words(planned, costs)), data


def _is_same(planned: Planned, before: Planned) -> bool:
    """Whether a pass left alone what a gradient goes through: it may have noted something."""
    parts = ((planned.lines, before.lines), (planned.quantities, before.quantities))
    return all(now is then for now, then in parts) and planned.factors is before.factors
