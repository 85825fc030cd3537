"""A fit: draws with the model and the data they belong to, and what can be asked of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from stanlevels import show as html
from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing, warn
from stanlevels.graph import ROWS
from stanlevels.other_names import OtherNames
from stanlevels.plan.planned import Planned
from stanlevels.records import cautions
from stanlevels.results.checks.all_checks import diagnose
from stanlevels.results.checks.findings import Diagnosis
from stanlevels.results.checks.mixing import Mixed
from stanlevels.results.draws import Draws, every_nth
from stanlevels.results.faces.asks import Asks
from stanlevels.results.faces.checks import Checks
from stanlevels.results.faces.keeps import Keeps
from stanlevels.results.faces.looks import Looks
from stanlevels.results.faces.plans import Plans
from stanlevels.results.faces.predicts import Predicts
from stanlevels.results.faces.shares import Shares
from stanlevels.results.from_program import Written, draws_of
from stanlevels.results.keep.known import KnownOfRows
from stanlevels.results.keep.state import state_of_draws
from stanlevels.results.tables import columns_of_draws
from stanlevels.results.tables.describe import check_level
from stanlevels.results.tables.effects import effects
from stanlevels.results.tables.fitted import fitted
from stanlevels.results.tables.pooling import pooling
from stanlevels.results.tables.pooling_of_draws import Pooling
from stanlevels.results.tables.summary import summary
from stanlevels.show import Source
from stanlevels.version import __version__
from stanlevels.words import counted

if TYPE_CHECKING:
    import pandas as pd
    import xarray

    from stanlevels.binding import Bound
    from stanlevels.engines.base import RawDraws, Settings
    from stanlevels.plan.decisions import Priors
    from stanlevels.results.arviz.groups import Groups

__all__ = ["Fit", "Written"]


_VIEWS = frozenset(["by_quantity", "idata", "_mixed", "_pooling"])
"""Properties that hold the draws once more where they are written down, and are made again from them."""


@dataclass(frozen=True, eq=False, repr=False)
class Fit(OtherNames, Predicts, Asks, Checks, Looks, Keeps, Shares, Plans):
    """The posterior of a model.

    Attributes
    ----------
    model_name : str
        The model's name.
    bound : Bound
        The data.
    planned : Planned
        The model after every pass.
    program : Written
        The Stan program's text, and the variable of each quantity.
    raw : RawDraws
        Draws under Stan's names.
    settings : Settings
        How they were made.
    recorded : tuple of str, optional
        The quantities of which draws were recorded; by default all that vary.
    known : KnownOfRows, optional
        What was found while the rows were there, in a fit that was saved without them.
    """

    model_name: str
    bound: Bound
    planned: Planned
    program: Written
    raw: RawDraws
    settings: Settings
    recorded: tuple[str, ...] | None = None
    known: KnownOfRows | None = None

    def __getstate__(self) -> dict[str, Any]:
        """What a pickle holds: the draws once, and not the other ways of looking at them."""
        return {name: value for name, value in self.__dict__.items() if name not in _VIEWS}

    def _state(self, *, rows: bool) -> dict[str, Any]:
        """What a saved fit holds; see `Keeps.save`."""
        return state_of_draws(self, rows)

    @property
    def stan_code(self) -> Source:
        """The Stan program that was sampled."""
        return Source(self.program.text)

    @cached_property
    def priors(self) -> Priors:
        """Every prior with its numbers."""
        from stanlevels.plan.decisions import make_priors

        return make_priors(self.planned)

    @cached_property
    def by_quantity(self) -> Draws:
        """Draws by quantity rather than by Stan variable, as plain arrays."""
        return draws_of(self, self.raw.variables)

    @cached_property
    def _mixed(self) -> Mixed:
        return Mixed(self.by_quantity)

    @cached_property
    def _pooling(self) -> Pooling:
        return Pooling(self.by_quantity, self.known.pooling if self.known else None)

    @cached_property
    def idata(self) -> Groups:
        """Everything for ArviZ: dimensions are levels, coordinates the units' own labels.

        An `arviz.InferenceData`; an `xarray.DataTree` with the same groups where ArviZ is 1.0 or newer.

        The groups are posterior, sample_stats, observed_data and constant_data (the covariates), and
        warmup_posterior with warmup_sample_stats where the warm-up was saved.
        """
        from stanlevels.results.arviz.inference_data import About, to_inference_data

        about = About(self.model_name, self.program.text, __version__)
        warmup = draws_of(self, self.raw.warmup_variables) if self.raw.warmup_variables else None
        return to_inference_data(self.by_quantity, warmup, self.raw, self.names, about)

    def summary(
        self,
        var_names: Sequence[str] | str | None = None,
        *,
        level: float = 0.95,
        kind: Literal["hyperparameters", "all"] = "hyperparameters",
    ) -> pd.DataFrame:
        """A row per number: what is not over a level, or what is asked for.

        Parameters
        ----------
        var_names : str or sequence of str, optional
            Quantities to show, whatever they are over.
        level : float
            Share of the draws between `lower` and `upper`, with equal shares outside.
        kind : {"hyperparameters", "all"}
            Without `var_names`: quantities that are not over a level and no coefficients of smooths, or every
            quantity.

        Returns
        -------
        pandas.DataFrame
            Columns estimate (posterior mean), sd, lower, upper, ess_bulk, ess_tail, r_hat; the index
            names each number: ``corr[intercept, days]``, each pair once.

        Raises
        ------
        FitError
            If a name is unknown, or `level` is not between 0 and 1.
        """
        check_level(level)
        draws, mixed = self.by_quantity, self._mixed

        def columns(name: str, positions: Array) -> Mapping[str, Array]:
            return columns_of_draws.of_numbers(draws, mixed, name, positions, level)

        chosen = columns_of_draws.chosen(draws, var_names, kind)
        whole = var_names is not None or kind == "all"
        from stanlevels.results.tables.shown import with_notes

        return with_notes(summary(self, chosen, columns, columns_of_draws.ALWAYS, whole=whole), self.notes)

    def effects(self, name: str, *, level: float = 0.95) -> pd.DataFrame:
        """A row per unit of a quantity over a level; per unit and component where it has several.

        Parameters
        ----------
        name : str
            A quantity with units, recorded or computed.
        level : float
            Share of the draws between `lower` and `upper`.

        Returns
        -------
        pandas.DataFrame
            A column for the level and for each level it lies in, with labels as in the data;
            `component` where there are several; `rows`, how many rows of data each unit has;
            estimate (of the quantity as declared), sd, lower, upper; `deviation`, how far the estimate
            is from the mean that its line declares (absent for a named expression); for a normal
            random variable `weight`, the share of the unit's own data (1 is no pooling), and the two
            estimates between which it lies, `no_pooling` and `complete_pooling`; ess_bulk, ess_tail,
            r_hat.

        Raises
        ------
        FitError
            If the quantity is unknown or has no units.
        """
        draws, mixed, pooled = self.by_quantity, self._mixed, self._pooling

        def columns(name: str, level: float) -> Mapping[str, Array]:
            return columns_of_draws.of_units(draws, mixed, pooled, name, level)

        return effects(self, name, level, columns)

    def pooling(self, var_names: Sequence[str] | str | None = None) -> pd.DataFrame:
        """A row per normal random variable (and component): how much its units were pooled.

        Parameters
        ----------
        var_names : str or sequence of str, optional
            Some of them; by default all.

        Returns
        -------
        pandas.DataFrame
            quantity, level, units, rows per unit (rows_min, rows_median, rows_max), sd, icc (its share
            of the variance of a row), pooling_factor (Gelman and Pardoe 2006, with 1 = complete
            pooling, so opposite to the weights in `effects`), weight (mean over units).
        """
        return pooling(self, self._pooling.shrinkage(), var_names)

    def draws(self, name: str) -> xarray.DataArray:
        """Draws of a quantity with dimensions chain, draw, and its own, labelled.

        Named expressions over rows, which `idata` leaves out, are computed here.

        Raises
        ------
        FitError
            If there is no such quantity.
        """
        from stanlevels.results.arviz.inference_data import data_array

        if name in self.by_quantity.recorded and not self.by_quantity.is_on_demand(name):
            array: xarray.DataArray = self.idata.posterior.data_vars[self.names[name]]
            return array
        computed = [n for n, line in self.planned.lines.items() if not line.is_observed]
        if name not in computed:
            raise FitError(f"there are no draws of {name!r}", expected=f"one of {listing(computed, 20)}")
        return data_array(name, self.by_quantity, self.raw, self.names)

    def fitted(self, name: str | None = None, *, level: float = 0.95) -> pd.DataFrame:
        """A row per outcome that was fitted: the posterior of its mean, effects included.

        Parameters
        ----------
        name : str, optional
            The line with data, where there are several.
        level : float
            Share of the draws between `lower` and `upper`.

        Returns
        -------
        pandas.DataFrame
            Labels of the units that a row belongs to, `observed`, and estimate, sd, lower, upper of the mean.

        Raises
        ------
        FitError
            If there is no such line, it has categories, or what it depends on was not recorded.
        """
        return fitted(self, self.by_quantity, name, level)

    def add_log_likelihood(self, *, draws: int | None = None) -> Groups:
        """Add the group `log_likelihood` to `idata`, for `arviz.loo` and `arviz.compare`, and return `idata`.

        It holds the log density of every row given everything else, effects included, whatever was integrated
        out or pooled. A row with a frequency weight has the log density of all that it counts for, and LOO
        leaves these out together; rows of weight 0 are left out.

        Parameters
        ----------
        draws : int, optional
            At most so many draws of each chain, evenly spaced; by default all. A number takes 8 bytes.

        Raises
        ------
        FitError
            If there are too many numbers for memory, or what an outcome depends on was not recorded.
        """
        from stanlevels.results.arviz.groups import put
        from stanlevels.results.arviz.log_likelihood import alone_in_their_units, log_likelihood

        every = every_nth(draws, self.by_quantity.shape[1])
        group = log_likelihood(self.by_quantity, self.raw, self.names, every)
        if alone := alone_in_their_units(self.by_quantity):
            warn(
                f"every row has {listing(alone)} of its own, which without the row would be anything: LOO by"
                " importance sampling is no guide there (its Pareto k says so)"
            )
        put(self.idata, "log_likelihood", group)
        return self.idata

    @cached_property
    def _diagnosis(self) -> Diagnosis:
        if self.known is not None:
            return self.known.diagnosis
        return diagnose(self.by_quantity, self._mixed, self.raw, self.settings)

    def diagnose(self) -> Diagnosis:
        """Whether the draws can be trusted, in words: what is doubtful, where, and what helps.

        Checked are chains that failed, divergences, E-BFMI, effective sample sizes, R-hat (with a
        threshold that knows how many were looked at), draws that are not finite, and tree depth.
        """
        return self._diagnosis

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth knowing of model and data before the draws are trusted, in words."""
        return cautions(self.planned.records)

    def __repr__(self) -> str:
        lines = (*self._lines, self._judgement, *self.notes)
        return "\n".join([self._headline, *(f"  {line}" for line in lines)])

    def _repr_html_(self) -> str:
        table = self.summary().to_html(float_format=lambda x: f"{x:.4g}")
        return html.block(
            html.paragraph(self._headline, strong=True),
            html.items([*self._lines, self._judgement, *self.notes]),
            html.Html(table),
            html.details("Stan program", self.stan_code, code=True),
        )

    @property
    def _headline(self) -> str:
        chains, draws = self.by_quantity.shape
        versions = self.raw.versions.get(self.raw.engine, "")
        engine = f"{self.raw.engine} {versions}".strip()
        return (
            f"Fit of {self.model_name}: {counted(chains, 'chain')} of {counted(draws, 'draw')}"
            f" ({engine}, seed {self.raw.seed})"
        )

    @property
    def _lines(self) -> list[str]:
        """What there is to look at."""
        by_domain: dict[tuple[str, ...], list[str]] = {}
        for name in self.by_quantity.recorded:
            by_domain.setdefault(self.planned.quantities[name].domain, []).append(name)
        lines = []
        for domain, names in by_domain.items():
            words = " x ".join("row" if axis == ROWS else axis for axis in domain)
            units = f"per {words} ({self.bound.size(domain):,})" if domain else "for the whole model"
            lines.append(f"{units}: {', '.join(names)}")
        left_out = self.by_quantity.left_out
        return [*lines, f"not recorded: {', '.join(left_out)}"] if left_out else lines

    @property
    def _judgement(self) -> str:
        sentence = self._diagnosis.sentence
        return sentence[:1].upper() + sentence[1:]
