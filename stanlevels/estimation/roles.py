"""Which quantity plays which role: constant, parameter, or random variable (decision 19)."""

from __future__ import annotations

from collections.abc import Mapping

from stanlevels.graph import ConstantNode, VariableNode, references
from stanlevels.passes.planned import Planned

__all__ = ["reaching", "roles_of"]


def roles_of(planned: Planned) -> dict[str, str]:
    """The role of every quantity that reaches the data, by name.

    What `bind(roles=)` says holds. Otherwise a variable is random if it is over a level or if its
    distribution has an unknown argument, else a parameter.

    Returns
    -------
    dict of str to str
        "constant", "parameter", "random", "computed" or "observed".
    """
    return {name: _role(name, planned) for name in planned.lines if name in reaching(planned)}


def reaching(planned: Planned) -> set[str]:
    """Quantities on which a line with data depends; the mean of a parameter is not among them."""
    found: set[str] = set()
    pending = list(planned.graph.observed)
    while pending:
        name = pending.pop()
        if name in found:
            continue
        found.add(name)
        if _role(name, planned) != "parameter":
            pending += _parents(name, planned)
    return found


def _parents(name: str, planned: Planned) -> list[str]:
    from stanlevels.graph import parents

    return list(parents(planned.graph[name]))


def _role(name: str, planned: Planned) -> str:
    node = planned.graph[name]
    if isinstance(node, ConstantNode):
        return "constant"
    if not isinstance(node, VariableNode):
        return "computed" if _unknown(name, planned.graph.nodes) else "constant"
    if node.is_observed:
        return "observed"
    chosen = planned.roles.get(name)
    if chosen is not None:
        return chosen
    if planned.graph.unit_axes(node.over):
        return "random"
    unknown = any(_unknown(other, planned.graph.nodes) for other in _parents(name, planned))
    return "random" if unknown else "parameter"


def _unknown(name: str, nodes: Mapping[str, object]) -> bool:
    """Whether a quantity is a latent variable, or computed from one."""
    node = nodes[name]
    if isinstance(node, VariableNode):
        return not node.is_observed
    expr = getattr(node, "expr", None)
    return expr is not None and any(_unknown(other, nodes) for other in references(expr))
