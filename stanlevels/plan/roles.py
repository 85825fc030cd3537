"""Which quantity plays which role: constant, parameter, or random variable (decision 19)."""

from __future__ import annotations

from collections.abc import Mapping

from stanlevels.distributions.table import FAMILIES
from stanlevels.graph import ConstantNode, Graph, VariableNode, parents, references
from stanlevels.plan.planned import Planned

__all__ = ["reaching", "role_of", "roles_of"]


def roles_of(planned: Planned) -> dict[str, str]:
    """The role of every quantity that reaches the data, by name.

    What `bind(roles=)` says holds. Otherwise a variable is random if it is over a level or if its
    distribution has an unknown argument, else a parameter.

    Returns
    -------
    dict of str to str
        "constant", "parameter", "random", "computed" or "observed".
    """
    found = reaching(planned)
    return {name: role_of(name, planned.graph, planned.roles) for name in planned.lines if name in found}


def reaching(planned: Planned) -> set[str]:
    """Quantities on which a line with data depends; the mean of a parameter is not among them."""
    found: set[str] = set()
    pending = list(planned.graph.observed)
    while pending:
        name = pending.pop()
        if name in found:
            continue
        found.add(name)
        if role_of(name, planned.graph, planned.roles) != "parameter":
            pending += parents(planned.graph[name])
    return found


def role_of(name: str, graph: Graph, chosen: Mapping[str, str]) -> str:
    """The role of one quantity; `chosen` are those that a person gave."""
    node = graph[name]
    if isinstance(node, ConstantNode):
        return "constant"
    if not isinstance(node, VariableNode):
        return "computed" if _unknown(name, graph.nodes) else "constant"
    if node.is_observed:
        return "observed"
    if name in chosen:
        return chosen[name]
    if graph.unit_axes(node.over) or FAMILIES[node.family].spectrum is not None:
        return "random"
    return "random" if any(_unknown(other, graph.nodes) for other in parents(node)) else "parameter"


def _unknown(name: str, nodes: Mapping[str, object]) -> bool:
    """Whether a quantity is a latent variable, or computed from one."""
    node = nodes[name]
    if isinstance(node, VariableNode):
        return not node.is_observed
    expr = getattr(node, "expr", None)
    return expr is not None and any(_unknown(other, nodes) for other in references(expr))
