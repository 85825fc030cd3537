"""Attaching data to a declared graph: read, placed, planned."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from stanlevels.bound_model import BoundModel
from stanlevels.errors import (
    DataError,
    FitError,
    StanlevelsError,
    listing,
)
from stanlevels.graph import Graph
from stanlevels.language.resolve import node_of
from stanlevels.passes import run
from stanlevels.passes.assign_roles import assign_roles
from stanlevels.passes.open_arguments import open_arguments
from stanlevels.passes.place import place
from stanlevels.passes.short_forms import short_forms
from stanlevels.plan.decisions import Plan
from stanlevels.plan.planned import Decided
from stanlevels.results.simulation.placeholders import Filled, filled
from stanlevels.words import closest


def bind_again(graph: Graph, data: Any, earlier: object, **settings: Any) -> BoundModel:
    """Bind data by the plan of an earlier fit, so that the program is the same and nothing is compiled.

    Where that plan does not fit the new data, as where apps now belong to several publishers, or comes from
    a fit of another kind, the planner decides anew.
    """
    from stanlevels.results.fit import Fit

    if isinstance(earlier, Fit):
        with suppress(StanlevelsError):
            return bind_graph(graph, data, plan=earlier.plan, **settings)
    return bind_graph(graph, data, **settings)


def bind_graph(
    graph: Graph,
    data: Any,
    *,
    tables: Mapping[str, Any] | None = None,
    missing: str = "error",
    plan: Plan | None = None,
    roles: Mapping[str, Any] | None = None,
    names: Mapping[int, str] | None = None,
    priors: bool = True,
) -> BoundModel:
    """Attach data to a graph, plan it, and check the outcomes; see `Model.bind`.

    `names` are those of the declarations that a distribution in `roles` may refer to; `priors` is whether
    the fit that follows has any use for priors.
    """
    from stanlevels.binding import bind_data
    from stanlevels.passes.check_choices import check_choices
    from stanlevels.passes.check_data import check_columns, check_knowns, check_outcomes
    from stanlevels.passes.check_numbers import check_numbers
    from stanlevels.passes.check_scales import check_scales
    from stanlevels.passes.check_weights import weight_records

    if plan is not None and not isinstance(plan, Plan):
        raise DataError(
            f"plan= is a {type(plan).__name__}",
            expected="the plan of a bound model, old.plan, or switches such as sl.Plan(marginalize=False)",
        )
    assigned = assign_roles(graph, roles, lambda name, thing: node_of(name, thing, names or {}))
    short = short_forms(assigned.graph)
    graph, opened = open_arguments(assigned.graph)
    decided = Decided() if plan is None else plan.decided()
    group = decided.compress is None or bool(decided.compress)
    bound = bind_data(graph, data, tables=tables, missing=missing, group=group)
    graph = bound.graph  # groups of rows have frequency weights, missing outcomes are quantities
    _check_plan(plan, graph)
    check_outcomes(graph, bound)
    placed = place(graph, bound, replace(decided, priors=priors))
    placed = replace(
        placed, roles=assigned.roles, records=(*assigned.records, *bound.records, *short, *opened)
    )
    check_columns(placed, bound)
    check_numbers(placed, bound)
    check_choices(placed, bound)
    notes = (*check_scales(placed), *(weight_records(placed, bound) if bound.rows.times is None else ()))
    planned, bound = run(placed.noting(*notes), bound)
    check_knowns(planned, bound)
    return BoundModel(bound, planned)


def bind_for_draws(
    graph: Graph,
    data: Any,
    *,
    tables: Mapping[str, Any] | None,
    given: Mapping[str, Any] | None = None,
    **settings: Any,
) -> tuple[BoundModel, Filled]:
    """Bind data whose outcomes are to be drawn, and may be absent.

    Raises
    ------
    DataError
        If a default prior takes its scale from an outcome that is absent, and the quantity is not `given`
        whole.
    """
    first = filled(graph, data, tables, 0)
    bound = bind_graph(graph, first.rows, tables=first.tables or None, **settings)
    if not first.absent:
        return bound, first
    second, other = filled(graph, data, tables, 1), None
    with suppress(StanlevelsError):
        other = bind_graph(graph, second.rows, tables=second.tables or None, **settings)
    if other is not None:
        _refuse_scaled(bound, other, first, given or {})
    return bound, first


def _refuse_scaled(bound: BoundModel, other: BoundModel, found: Filled, given: Mapping[str, Any]) -> None:
    """Raise where priors differ between two sets of outcomes that are not there."""
    texts = {row[0]: row[2] for row in other.priors.rows}
    moved = [row[0] for row in bound.priors.rows if texts.get(row[0]) != row[2] and row[0] not in given]
    if not moved:
        return
    priors, columns = listing(moved), listing(found.absent)
    has = "takes its" if len(moved) == 1 else "take their"
    raise DataError(
        f"the default {'prior' if len(moved) == 1 else 'priors'} of {priors} {has} scale from {columns},"
        " which the data do not hold",
        expected=f"a column {columns} from which the size of the outcome shows, or numbers of one's own",
        way_out=f"write the prior out, such as {moved[0]} = sl.Normal(0, 1), or give simulate()"
        f" values={{{moved[0]!r}: ...}}",
    )


def _check_plan(plan: Plan | None, graph: Graph) -> None:
    """A plan decides about quantities of its own model."""
    decided = () if plan is None else plan.names
    if strange := [name for name in decided if name not in graph]:
        raise FitError(
            f"plan= decides about {listing(strange)}, which {graph.name} does not have",
            expected=f"a plan of {graph.name}: {closest(strange[0], graph.quantities)}",
        )
