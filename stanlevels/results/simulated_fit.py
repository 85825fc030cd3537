"""Draws of the normal approximation to a fit without draws, with the face of a fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from stanlevels.arrays import Array
from stanlevels.engines.base import RawDraws
from stanlevels.errors import FitError, listing
from stanlevels.other_names import OtherNames
from stanlevels.plan.planned import Planned
from stanlevels.results.draws import Draws
from stanlevels.results.faces.asks import Asks
from stanlevels.results.faces.checks import Checks
from stanlevels.results.faces.keeps import Keeps
from stanlevels.results.faces.looks import Looks
from stanlevels.results.faces.plans import Plans
from stanlevels.results.faces.predicts import Predicts
from stanlevels.results.faces.shares import Shares
from stanlevels.results.keep.state import state_of_simulated
from stanlevels.results.tables.columns_of_draws import chosen
from stanlevels.results.tables.describe import COLUMNS, check_level, described
from stanlevels.results.tables.effects import effects
from stanlevels.results.tables.fitted import fitted
from stanlevels.results.tables.summary import summary
from stanlevels.version import __version__
from stanlevels.words import counted

if TYPE_CHECKING:
    import pandas as pd
    import xarray

    from stanlevels.binding import Bound
    from stanlevels.results.arviz.groups import Groups

__all__ = ["SimulatedFit"]


@dataclass(frozen=True, eq=False, repr=False)
class SimulatedFit(OtherNames, Predicts, Asks, Checks, Looks, Keeps, Shares, Plans):
    """Draws of the normal approximation to what was estimated; not of a posterior.

    Parameters are normal around their estimates, jointly, on the axes on which their intervals are symmetric
    (the log of a standard deviation, Fisher's z of a correlation). Random variables are normal around
    E[Z | y] given the coefficients that were drawn, with their joint conditional covariance at the estimated
    standard deviations. So means, standard errors and correlations are those of the estimates; skewness and
    what else draws of a posterior would show is not there.

    Attributes
    ----------
    model_name : str
    bound : Bound
        The data.
    planned : Planned
        The model.
    by_quantity : Draws
        The draws, as plain arrays.
    method : str
        Of the fit: such as "mle".
    words : str
        The method in words.
    seed : int
    notes : tuple of str
        What is worth knowing before these numbers are trusted, in words.
    """

    model_name: str
    bound: Bound
    planned: Planned
    by_quantity: Draws
    method: str
    words: str
    seed: int
    notes: tuple[str, ...] = ()

    def _state(self, *, rows: bool) -> dict[str, Any]:
        """What a saved fit holds; see `Keeps.save`."""
        return state_of_simulated(self, rows)

    @property
    def label(self) -> str:
        """What these draws are, in words."""
        return f"draws of the normal approximation to the fit by {self.words}, not of the posterior"

    @property
    def raw(self) -> RawDraws:
        """How they were made, as of draws of a sampler: there are no statistics."""
        none: Mapping[str, Array] = {}
        return RawDraws(
            variables=none,
            stats=none,
            chains=(1,),
            failures=(),
            engine="normal approximation",
            versions={},
            seed=self.seed,
            seconds=none,
            step_size=np.zeros(0),
            inverse_metric=None,
        )

    @cached_property
    def idata(self) -> Groups:
        """The draws for ArviZ, labelled; the attribute `approximation` says what they are.

        The group is called posterior, because the functions of ArviZ look for that.
        """
        from stanlevels.results.arviz.inference_data import About, to_inference_data

        about = About(self.model_name, "", __version__)
        found = to_inference_data(self.by_quantity, None, self.raw, self.names, about)
        said = {"approximation": self.label, "method": self.method}
        found.attrs.update(said)
        found.posterior.attrs.update(said)
        return found

    def draws(self, name: str) -> xarray.DataArray:
        """Draws of a quantity with dimensions chain, draw, and its own, labelled.

        Raises
        ------
        FitError
            If there is no such quantity, or it reaches no data.
        """
        from stanlevels.results.arviz.inference_data import data_array

        there = [n for n, line in self.planned.lines.items() if not line.is_observed and self._holds(n)]
        if name not in there:
            raise FitError(f"there are no draws of {name!r}", expected=f"one of {listing(there, 20)}")
        return data_array(name, self.by_quantity, self.raw, self.names)

    def _holds(self, name: str) -> bool:
        return self.by_quantity.holds(name)

    def summary(
        self,
        var_names: Sequence[str] | str | None = None,
        *,
        level: float = 0.95,
        kind: Literal["hyperparameters", "all"] = "hyperparameters",
    ) -> pd.DataFrame:
        """A row per number: estimate (the mean of the draws), sd, lower, upper.

        Parameters
        ----------
        var_names : str or sequence of str, optional
            Quantities to show, whatever they are over.
        level : float
            Share of the draws between `lower` and `upper`.
        kind : {"hyperparameters", "all"}
            Without `var_names`: quantities that are not over a level, or every quantity.

        Raises
        ------
        FitError
            If a name is unknown, or `level` is not between 0 and 1.
        """
        check_level(level)

        def columns(name: str, positions: Array) -> Mapping[str, Any]:
            return {key: column[positions] for key, column in self._described(name, level).items()}

        return summary(self, chosen(self.by_quantity, var_names, kind), columns, COLUMNS)

    def effects(self, name: str, *, level: float = 0.95) -> pd.DataFrame:
        """A row per unit (and component) of a quantity over a level: estimate, sd, lower, upper.

        Raises
        ------
        FitError
            If the quantity is unknown, has no units, or reaches no data.
        """
        if name in self.planned.lines and not self._holds(name):
            raise FitError(f"there are no draws of {name!r}, which reaches no data in these roles")
        return effects(self, name, level, self._described)

    def fitted(self, name: str | None = None, *, level: float = 0.95) -> pd.DataFrame:
        """A row per outcome that was fitted: the mean of it, effects included, with its interval.

        Raises
        ------
        FitError
            If there is no such line, or it has categories.
        """
        return fitted(self, self.by_quantity, name, level)

    def _described(self, name: str, level: float) -> dict[str, Array]:
        """Every number of a quantity, in pieces of units so that memory stays bounded."""
        draws, parts = self.by_quantity, []
        for piece in draws.pieces(name):
            values = draws.whole(name, piece)
            parts.append(described(values.reshape(*values.shape[:2], -1), level))
        parts = parts or [described(np.empty((*draws.shape, 0)), level)]
        return {key: np.concatenate([part[key] for part in parts]) for key in COLUMNS}

    def __repr__(self) -> str:
        _, draws = self.by_quantity.shape
        headline = f"Simulated fit of {self.model_name}: {counted(draws, 'draw')} (seed {self.seed})"
        return "\n".join([headline, *(f"  {line}" for line in (self._label, *self.notes))])

    @property
    def _label(self) -> str:
        return self.label[:1].upper() + self.label[1:]

    def _repr_html_(self) -> str:
        from stanlevels import show as html

        headline, *rest = repr(self).splitlines()
        table = self.summary().to_html(float_format=lambda x: f"{x:.4g}")
        return html.block(
            html.paragraph(headline, strong=True), html.items([r.strip() for r in rest]), html.Html(table)
        )
