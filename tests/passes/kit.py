"""Short ways to bind a model and to ask for its terms, domains, and records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import stanlevels as sl
from stanlevels.bound_model import BoundModel


def bind(lines: Mapping[str, Any], data: Any, **columns: Any) -> BoundModel:
    """A model of these lines with these data."""
    made: BoundModel = sl.Model.define("M", lines).bind({**data, **columns})
    return made


def domain(bound: BoundModel, name: str) -> tuple[str, ...]:
    return bound.planned.lines[name].domain


def records(bound: BoundModel, step: str) -> dict[str, Any]:
    """The records of one pass, by quantity."""
    return {r.subject: r for r in bound.planned.records if r.step == step}


def prior(bound: BoundModel, name: str) -> Any:
    """The numbers of a prior by argument."""
    args = bound.planned.lines[name].args
    return {arg: getattr(term, "values", (getattr(term, "value", None),)) for arg, term in args.items()}
