"""A model in other words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from stanlevels.graph import Expr, Graph, Number, Ref, Stack, VariableNode
from tests.spelling.trees import addends, coefficient_and_columns, uses, with_predictors

Values = Mapping[str, np.ndarray]


def as_they_are(values: Values) -> dict[str, np.ndarray]:
    return dict(values)


@dataclass(frozen=True)
class Spelling:
    """A model in other words.

    Attributes
    ----------
    graph : Graph
        The declaration.
    values : callable
        Values of the quantities of this spelling from those of the first.
    log_volume : float
        The log of how much the first's quantities stretch against this one's: what is to be added to
        the log density of this one where coefficients are measured in other units.
    columns : mapping of str to (float, float)
        Columns x of the data that become c + d x.
    retold : set of str
        Quantities whose prior is the same distribution in other words or numbers.
    other_forms : bool
        Whether something is sampled in another form, which has the same density.
    """

    graph: Graph
    values: Callable[[Values], dict[str, np.ndarray]] = as_they_are
    log_volume: float = 0.0
    columns: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    retold: frozenset[str] = frozenset()
    other_forms: bool = False


Rewrite = Callable[[Graph], Spelling | None]


def if_other(graph: Graph, new: Graph, **how: Any) -> Spelling | None:
    return None if list(new.nodes.items()) == list(graph.nodes.items()) else Spelling(new, **how)


def in_predictors(graph: Graph, change: Callable[[Expr], Expr], **how: Any) -> Spelling | None:
    return if_other(graph, with_predictors(graph, lambda _, expr: change(expr)), **how)


def intercepts(graph: Graph) -> frozenset[str]:
    """Cutpoints, and scalars that are a term or the mean of an effect: their prior tells of covariates."""
    found: set[str] = set()

    def see(_: str, expr: Expr) -> Expr:
        found.update(t.name for _, t in addends(expr) if isinstance(t, Ref))
        return expr

    for node in graph.variables.values():  # bare names in a list, which `with_predictors` leaves alone
        for _, expr in node.args:
            found.update(i.name for i in expr.items if isinstance(i, Ref)) if isinstance(
                expr, Stack
            ) else None

    with_predictors(graph, see)
    return frozenset(found | {name for name, node in graph.latent.items() if node.ordered})


def in_turn(graph: Graph, rewrites: Sequence[Rewrite]) -> Spelling | None:
    """Several rewrites, one after the other; those that find nothing are left out."""
    whole: Spelling | None = None
    for rewrite in rewrites:
        step = rewrite(graph if whole is None else whole.graph)
        if step is not None:
            whole = step if whole is None else _joined(whole, step)
    return whole


def _joined(first: Spelling, then: Spelling) -> Spelling:
    columns = dict.fromkeys((*first.columns, *then.columns), (0.0, 1.0))
    for x in columns:
        c, d = first.columns.get(x, (0.0, 1.0))
        origin, unit = then.columns.get(x, (0.0, 1.0))
        columns[x] = (origin + unit * c, unit * d)
    return Spelling(
        then.graph,
        lambda values: then.values(first.values(values)),
        first.log_volume + then.log_volume,
        columns,
        first.retold | then.retold,
    )


def slopes_of_columns(graph: Graph) -> frozenset[str]:
    """Quantities that are multiplied by a covariate in a predictor."""
    found: set[str] = set()

    def see(_: str, expr: Expr) -> Expr:
        parts = [p for _, term in addends(expr) if (p := coefficient_and_columns(term))]
        found.update(part.name for part, _ in parts if isinstance(part, Ref))
        return expr

    with_predictors(graph, see)
    return frozenset(found)


def own_prior(graph: Graph, expr: Expr) -> VariableNode | None:
    """The line of a coefficient that stands nowhere else and is given numbers, or nothing."""
    node = graph[expr.name] if isinstance(expr, Ref) else None
    if not isinstance(node, VariableNode) or node.is_observed or node.ordered or node.size is not None:
        return None
    numbers = all(e is None or isinstance(e, Number) for _, e in node.args)
    return node if numbers and node.family not in VECTORS and uses(graph, node.name) == 1 else None


VECTORS = ("MultiNormal", "Dirichlet", "LKJCholesky")
