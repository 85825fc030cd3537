"""What a fit says of its model: what was decided, and what things are called."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from stanlevels.results.arviz.arviz_names import ArvizNames, arviz_names

if TYPE_CHECKING:
    from stanlevels.plan.decisions import Plan
    from stanlevels.plan.planned import Planned

__all__ = ["Plans"]


class _WithPlan(Protocol):
    @property
    def planned(self) -> Planned:
        """The model after every pass."""


class Plans:
    """What a fit says of its model."""

    @cached_property
    def plan(self: _WithPlan) -> Plan:
        """What was decided and why."""
        from stanlevels.plan.decisions import make_plan

        return make_plan(self.planned)

    @cached_property
    def names(self: _WithPlan) -> ArvizNames:
        """Names of levels and quantities in tables and `idata`; `names.renamed` lists those that changed."""
        return arviz_names(self.planned.graph)
