"""Draws from the prior as the groups that ArviZ works on."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.engines.base import RawDraws
from stanlevels.errors import FitError
from stanlevels.results.arviz.arviz_names import arviz_names
from stanlevels.results.arviz.groups import hold
from stanlevels.results.arviz.inference_data import (
    About,
    attributes_of,
    data_groups,
    outcomes_of,
    posterior_of,
)
from stanlevels.results.draws import Draws
from stanlevels.results.simulation.seeds import seed_of, whole_number
from stanlevels.values.prior import draw_prior
from stanlevels.values.store import width
from stanlevels.version import __version__

if TYPE_CHECKING:
    from stanlevels.binding import Bound
    from stanlevels.plan.planned import Planned
    from stanlevels.results.arviz.groups import Groups

__all__ = ["drawn_without_sampler", "prior_groups"]

_LARGEST = 1_000_000_000  # numbers: 8 GB


def prior_groups(
    planned: Planned, bound: Bound, draws: int, seed: int | None, absent: Collection[str] = ()
) -> Groups:
    """The groups prior, prior_predictive, observed_data and constant_data.

    Parameters
    ----------
    planned : Planned
    bound : Bound
    draws : int
    seed : int, optional
        By default a new one.
    absent : collection of str
        Outcomes of which the data hold placeholders: these are not observed.

    Raises
    ------
    FitError
        If there would be more than a thousand million numbers.
    """
    draws, seed = whole_number(draws, "draws", 1), seed_of(seed)
    sizes = [bound.size(x.domain) * width(planned, n) for n, x in planned.lines.items() if x.is_variable]
    if draws * sum(sizes) > _LARGEST:
        raise FitError(
            f"{draws:,} draws of {sum(sizes):,} numbers do not fit into memory",
            expected=f"at most {_LARGEST:,} numbers",
            way_out=f"ask for fewer draws, draws={max(1, _LARGEST // sum(sizes))}, or bind fewer rows",
        )
    rng = np.random.default_rng(seed)
    found = Draws(draw_prior(planned, bound, draws, rng), bound)
    raw, names = drawn_without_sampler(seed), arviz_names(planned.graph)
    groups: dict[str, Any] = {
        "prior": posterior_of(found, raw, names),
        "prior_predictive": outcomes_of(found, raw, names),
        **data_groups(found, names, absent),
    }
    kept = {name: group for name, group in groups.items() if group.data_vars}
    return hold(kept, attributes_of(raw, names, About(planned.graph.name, "", __version__)))


def drawn_without_sampler(seed: int) -> RawDraws:
    """One chain of draws that no sampler made."""
    return RawDraws(
        variables={},
        stats={},
        chains=(1,),
        failures=(),
        engine="none",
        versions={},
        seed=seed,
        seconds={},
        step_size=np.zeros(0),
        inverse_metric=None,
    )
