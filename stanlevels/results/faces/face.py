"""What every fit has, whatever its method: what the verbs that follow a fit rest on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pandas as pd

    from stanlevels.binding import Bound
    from stanlevels.plan.decisions import Plan
    from stanlevels.plan.planned import Planned
    from stanlevels.results.arviz.arviz_names import ArvizNames
    from stanlevels.results.arviz.groups import Groups
    from stanlevels.results.draws import Draws

__all__ = ["Drawn", "Face", "Tabled"]


class Face(Protocol):
    """A fit as its faces see it: a model, the data it was fitted to, and draws by quantity."""

    @property
    def model_name(self) -> str:
        """The model's name."""

    @property
    def bound(self) -> Bound:
        """The data; without rows where the fit was loaded."""

    @property
    def planned(self) -> Planned:
        """The model after every pass."""

    @property
    def plan(self) -> Plan:
        """What was decided and why."""

    @property
    def names(self) -> ArvizNames:
        """Names of levels and quantities in tables and in ArviZ."""

    @property
    def by_quantity(self) -> Draws:
        """Draws by quantity: of the posterior, or of the normal approximation where there are none."""


class Drawn(Face, Protocol):
    """A fit that has draws, and groups of them for ArviZ."""

    @property
    def idata(self) -> Groups:
        """Everything for ArviZ."""


class Tabled(Face, Protocol):
    """A fit with its tables."""

    def summary(self, var_names: Sequence[str] | str | None = None, *, level: float = 0.95) -> pd.DataFrame:
        """A row per number."""

    def effects(self, name: str, *, level: float = 0.95) -> pd.DataFrame:
        """A row per unit of a quantity."""

    def pooling(self, var_names: Sequence[str] | str | None = None) -> pd.DataFrame:
        """A row per random variable."""

    def variance_shares(self) -> pd.DataFrame:
        """A row per random variable, and per component where it has several."""
