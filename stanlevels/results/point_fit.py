"""A fit without draws: estimates of parameters, and conditional moments of random variables.

Least squares, maximum likelihood, REML and EM give a `PointFit`. It has the face of `Fit`: the same
`summary`, `effects` and `pooling`, with the same first columns.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.estimation.point.as_values import estimates
from stanlevels.estimation.point.kept import Kept, kept
from stanlevels.estimation.point.normal.drawn import drawn, held
from stanlevels.estimation.point.solution import Numbers, Solution
from stanlevels.other_names import OtherNames
from stanlevels.plan.planned import Planned
from stanlevels.records import cautions
from stanlevels.results.comparable import likelihood_of
from stanlevels.results.draws import Draws
from stanlevels.results.faces.asks import Asks
from stanlevels.results.faces.checks import Checks
from stanlevels.results.faces.keeps import Keeps
from stanlevels.results.faces.looks import Looks
from stanlevels.results.faces.plans import Plans
from stanlevels.results.faces.predicts import Predicts
from stanlevels.results.faces.shares import Shares
from stanlevels.results.keep.known import check_there, without_rows
from stanlevels.results.simulated_fit import SimulatedFit
from stanlevels.results.simulation.seeds import seed_of, whole_number
from stanlevels.results.tables import columns_of_estimates
from stanlevels.results.tables.computed import computed_numbers
from stanlevels.results.tables.describe import check_level
from stanlevels.results.tables.effects import effects
from stanlevels.results.tables.pooling import pooling
from stanlevels.results.tables.shares import latent_shares
from stanlevels.results.tables.summary import summary

if TYPE_CHECKING:
    import pandas as pd

    from stanlevels.binding import Bound

__all__ = ["PointFit"]

_DRAWS = 1000  # of the normal approximation, where none are asked for by number


@dataclass(frozen=True, eq=False, repr=False)
class PointFit(OtherNames, Predicts, Asks, Checks, Looks, Keeps, Shares, Plans):
    """Estimates of a model whose random variables are integrated out.

    Attributes
    ----------
    model_name : str
    bound : Bound
        The data.
    planned : Planned
        The model.
    solution : Solution
        What was estimated.
    """

    model_name: str
    bound: Bound
    planned: Planned
    solution: Solution

    def __getstate__(self) -> dict[str, Any]:
        """What a pickle holds: what was estimated, computed for all tables, and no row of the data."""
        return self._state(rows=False)

    def _state(self, *, rows: bool) -> dict[str, Any]:
        """What a saved fit holds; see `Keeps.save`."""
        check_there(self.bound, rows)
        return {
            "model_name": self.model_name,
            "bound": self.bound if rows else without_rows(self.bound, self.planned),
            "planned": self.planned,
            "solution": kept(self.solution, self.planned, self._shares),
            "numbers": self.numbers,
            "likelihood_of": self.likelihood_of,
        }

    def __copy__(self) -> PointFit:
        """Itself: it never changes."""
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> PointFit:
        """Itself: it never changes."""
        return self

    @cached_property
    def likelihood_of(self) -> tuple[Hashable, Hashable]:
        """What `compare` holds likelihoods together by; see `comparable.likelihood_of`."""
        return likelihood_of(self.bound, self.solution)

    @property
    def method(self) -> str:
        """The method of estimation."""
        return self.solution.method

    @property
    def roles(self) -> Mapping[str, str]:
        """The role that each quantity played."""
        return self.solution.roles

    @cached_property
    def by_quantity(self) -> Draws:
        """Those of ``simulate_draws(1000, seed=0)``: of a normal approximation, as plain arrays."""
        return self.simulate_draws(_DRAWS, seed=0).by_quantity

    def simulate_draws(self, n: int = 1000, *, seed: int | None = None) -> SimulatedFit:
        """Draws of the normal approximation to what was estimated, as a fit of their own.

        Parameters are drawn jointly around their estimates, on the axes on which their intervals are
        symmetric; random variables around E[Z | y] given the coefficients that were drawn, with their joint
        conditional covariance (of nested levels down the tree, of crossed ones by the factored equations). A
        standard deviation of 0 stays 0, and its random variable at its mean. Tables, predictions, ranks and
        contrasts of the result rest on these draws, and say that they are not draws of a posterior.

        Parameters
        ----------
        n : int
            How many draws.
        seed : int, optional
            The same numbers again for the same seed; by default a new one, kept in `seed`.

        Returns
        -------
        SimulatedFit

        Raises
        ------
        FitError
            If `n` is not a positive whole number, or `seed` no whole number.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Scores(sl.Model):
        ...     school = sl.Level()
        ...     mean, school_sd, noise = sl.Normal(50, 20), sl.HalfNormal(10), sl.HalfNormal(10)
        ...     A = sl.Normal(mean, school_sd, over=school)
        ...     score = sl.Normal(A, noise, observed=True)
        >>> data = {"school": list("aaabbbccc"), "score": [52.0, 57, 50, 44, 49, 47, 61, 55, 60]}
        >>> draws = Scores.fit(data, "mle", progress=False).simulate_draws(2000, seed=1)
        >>> A = draws.draws("A")
        >>> bool((A.sel(school="c") > A.sel(school="b")).mean() > 0.95)
        True
        """
        n, seed = whole_number(n, "n", 1), seed_of(seed)
        values = drawn(self.solution.approximation, self.planned, self.bound, n, seed)
        draws = Draws(values, self.bound)
        draws = replace(draws, only=tuple(name for name in self.planned.recorded if draws.holds(name)))
        notes = [*held(self.solution.approximation), *self.notes]
        method, words = self.solution.method, self.solution.words
        return SimulatedFit(
            self.model_name, self.bound, self.planned, draws, method, words, seed, tuple(notes)
        )

    @cached_property
    def numbers(self) -> Mapping[str, Numbers]:
        """Estimates of what has no units, by quantity, named expressions among them."""
        found = dict(self.solution.numbers())
        found |= computed_numbers(self.planned, self.bound, found, self.solution.joint)
        return {name: found[name] for name in self.planned.lines if name in found}

    @cached_property
    def _shares(self) -> Mapping[str, float]:
        """Shares of the variance of a row, at the estimates."""
        if isinstance(self.solution, Kept):
            return self.solution.shares
        return latent_shares(Draws(estimates(self.solution, self.planned, self.bound), self.bound))

    @property
    def log_likelihood(self) -> float:
        """The maximised log likelihood, every constant kept; the restricted one for REML."""
        return self.solution.log_likelihood

    @property
    def deviance(self) -> float:
        """Minus twice `log_likelihood`."""
        return -2 * self.log_likelihood

    @property
    def n_parameters(self) -> int:
        """Numbers that were estimated: coefficients, standard deviations and correlations, as lme4 counts."""
        return self.solution.n_parameters

    @property
    def aic(self) -> float:
        """Akaike's criterion, ``deviance + 2 n_parameters``."""
        return self.deviance + 2 * self.n_parameters

    @property
    def bic(self) -> float:
        """The Bayesian information criterion with the number of rows, ``deviance + n_parameters log N``."""
        return float(self.deviance + self.n_parameters * np.log(self.solution.n_rows))

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth knowing before these numbers are trusted, in words."""
        return (*self.solution.notes, *cautions(self.planned.records))

    @property
    def trace(self) -> Array:
        """The log likelihood after every step of EM; empty for other methods."""
        return self.solution.trace

    if not TYPE_CHECKING:

        @property
        def idata(self) -> NoReturn:
            """There are no draws: asking for them says how to get some."""
            raise FitError(
                f"method={self.method!r} gives estimates, not draws",
                expected="summary(), effects() and pooling()",
                way_out="fit with method='nuts' for draws of the posterior; simulate_draws().idata has draws"
                " of a normal approximation",
            )

    def summary(
        self,
        var_names: Sequence[str] | str | None = None,
        *,
        level: float = 0.95,
        interval: Literal["wald", "profile"] = "wald",
    ) -> pd.DataFrame:
        """A row per number that is not over a level.

        Parameters
        ----------
        var_names : str or sequence of str, optional
            Quantities to show; by default all but the coefficients of smooths.
        level : float
            Coverage of the intervals.
        interval : {"wald", "profile"}
            Estimate plus and minus a multiple of its standard error (on the log scale for standard
            deviations, Fisher's z for correlations), or where the likelihood falls by half a
            chi-squared quantile, which takes refits.

        Returns
        -------
        pandas.DataFrame
            estimate, sd (the standard error of a parameter, the conditional standard deviation of a
            random variable), lower, upper, role, se (of parameters alone), df.

        Raises
        ------
        FitError
            If a name is unknown or an argument is not one of those above.
        """
        check_level(level)
        columns_of_estimates.check_interval(interval)

        def columns(name: str, positions: Array) -> Mapping[str, Any]:
            found = columns_of_estimates.of_numbers(self.solution, name, self.numbers[name], level, interval)
            pick = slice(None) if self.planned.lines[name].is_correlation else positions
            return {key: column[pick] for key, column in found.items()}

        chosen = columns_of_estimates.chosen(self.numbers, var_names)
        table = summary(self, chosen, columns, columns_of_estimates.ALWAYS, whole=var_names is not None)
        from stanlevels.results.tables.shown import with_notes

        return with_notes(table, self._doubts if table["sd"].isna().any() or not self._converged else ())

    @property
    def _converged(self) -> bool:
        return not any(note.startswith("did not converge") for note in self.solution.notes)

    @property
    def _doubts(self) -> list[str]:
        """What is said below numbers that lack a standard error."""
        from stanlevels.estimation.point.remarks import doubts

        return doubts(self.notes)

    def effects(self, name: str, *, level: float = 0.95) -> pd.DataFrame:
        """A row per unit (and component) of a quantity over a level.

        Parameters
        ----------
        name : str
        level : float
            Coverage of the intervals, which are normal ones.

        Returns
        -------
        pandas.DataFrame
            Labels of the unit and of the levels it lies in, component, rows, estimate (E[Z | y]), sd,
            lower, upper; for a random variable also deviation, weight (the share of the unit's own
            data: 1 is no pooling), no_pooling and complete_pooling (the two estimates between which
            it lies).

        Raises
        ------
        FitError
            If the quantity is unknown or has no units.
        """
        return effects(
            self, name, level, lambda n, share: columns_of_estimates.of_units(self.solution.units(n), share)
        )

    def pooling(self, var_names: Sequence[str] | str | None = None) -> pd.DataFrame:
        """A row per random variable (and component): how much its units were pooled.

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
        random = [n for n, role in self.roles.items() if role == "random" and self.planned.lines[n].domain]
        return pooling(self, columns_of_estimates.shrinkage(self.solution, random, self._shares), var_names)

    def __repr__(self) -> str:
        lines = [f"  {note}" for note in self.notes]
        numbers = ", ".join(f"{name} {value:.4g}" for name, value in self._figures.items())
        return "\n".join([self._headline, f"  {numbers}", *lines])

    def _repr_html_(self) -> str:
        from stanlevels import show as html

        table = self.summary().to_html(float_format=lambda x: f"{x:.4g}")
        figures = [f"{name} {value:.6g}" for name, value in self._figures.items()]
        return html.block(
            html.paragraph(self._headline, strong=True), html.items([*figures, *self.notes]), html.Html(table)
        )

    @property
    def _headline(self) -> str:
        return f"Fit of {self.model_name} by {self.solution.words} ({self.solution.n_rows:g} rows)"

    @property
    def _figures(self) -> dict[str, float]:
        figures = {"log likelihood": self.log_likelihood, "AIC": self.aic, "BIC": self.bic}
        return figures | dict(self.solution.extras)
