"""Fits of one model to several completed data sets, taken together: multiple imputation.

Draws of posteriors are put side by side, which integrates over what was imputed. Estimates are pooled by the
rules of Rubin (1987), with the degrees of freedom of Barnard and Rubin (1999).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.language.messages.calls import in_words
from stanlevels.results.checks.mixing import Mixing
from stanlevels.results.faces.asks import Asks
from stanlevels.results.rubin import rubin
from stanlevels.results.tables import columns_of_draws
from stanlevels.results.tables.describe import check_level, described
from stanlevels.results.tables.subjects_of_rows import entries
from stanlevels.words import counted

if TYPE_CHECKING:
    import pandas as pd
    import xarray

    from stanlevels.results.fit import Fit
    from stanlevels.results.point_fit import PointFit

__all__ = ["Pooled", "pool"]


@in_words("sl.pool", places="fits stand in one list: sl.pool([fit1, fit2])")
def pool(fits: Sequence[Fit] | Sequence[PointFit]) -> Pooled:
    """Take fits of one model to several completed data sets together.

    Parameters
    ----------
    fits : sequence of Fit, or of PointFit
        One for each data set, at least two, all by one method.

    Returns
    -------
    Pooled
        Its `summary` has the pooled numbers.

    Raises
    ------
    FitError
        If there are fewer than two, or they are of different models or kinds.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Line(sl.Model):
    ...     mean, noise = sl.Normal(0, 5), sl.HalfNormal(5)
    ...     y = sl.Normal(mean, noise, observed=True)
    >>> completed = [{"y": [1.0, 2.0, 3.0]}, {"y": [1.0, 2.0, 5.0]}]
    >>> pooled = sl.pool([Line.fit(rows, "mle", progress=False) for rows in completed])
    >>> round(float(pooled.summary().loc["mean", "estimate"]), 3)
    2.333
    """
    found: tuple[Any, ...] = tuple(fits) if isinstance(fits, Sequence) else ()
    if len(found) < 2 or not all(isinstance(fit, Asks) for fit in found):
        raise FitError(
            f"pool() was given {counted(len(found), 'fit') if len(found) < 2 else 'what is no fit'}",
            expected="a list of fits, one for each completed data set, and at least two",
            way_out="sl.pool([Model.fit(table) for table in tables])",
        )
    kinds = {str(getattr(fit, "method", "nuts")) for fit in found}
    models = {fit.model_name for fit in found}
    names = {tuple(fit.planned.lines) for fit in found}
    if len(kinds) > 1 or len(models) > 1 or len(names) > 1:
        raise FitError(
            f"pool() was given fits that differ: {listing(sorted(models))}, by {listing(sorted(kinds))}",
            expected="fits of one model by one method, to data sets that differ in what was imputed",
        )
    return Pooled(found)


@dataclass(frozen=True, eq=False, repr=False)
class Pooled:
    """Fits of one model to several completed data sets, taken together; see `pool`.

    Attributes
    ----------
    fits : tuple of Fit, or of PointFit
        One for each data set.
    """

    fits: tuple[Any, ...]

    def __repr__(self) -> str:
        first = self.fits[0]
        return f"{counted(len(self.fits), 'fit')} of {first.model_name}, pooled\n{self.summary()!r}"

    @property
    def _has_draws(self) -> bool:
        return getattr(self.fits[0], "solution", None) is None

    def summary(self, var_names: Sequence[str] | str | None = None, *, level: float = 0.95) -> pd.DataFrame:
        """A row per number of the quantities that have no units, or of those named.

        Parameters
        ----------
        var_names : str or sequence of str, optional
            Quantities.
        level : float
            Coverage of the intervals.

        Returns
        -------
        pandas.DataFrame
            Of draws: estimate, sd, lower, upper of all together; ess_bulk and ess_tail summed over fits and
            the largest r_hat of any. Of estimates: estimate, sd (the pooled standard error), lower, upper,
            df, and `lost`, the share of the information that was lost with what was missing (Rubin's fraction
            of missing information).

        Raises
        ------
        FitError
            If a quantity is unknown.
        """
        check_level(level)
        return self._of_draws(var_names, level) if self._has_draws else self._of_estimates(var_names, level)

    def draws(self, name: str) -> xarray.DataArray:
        """Draws of a quantity under all data sets, with the dimension `imputation` first.

        Raises
        ------
        FitError
            If there are no draws, or no such quantity.
        """
        import xarray

        if not self._has_draws:
            raise FitError("these fits have estimates and no draws", expected="fits with method='nuts'")
        several = [fit.draws(name) for fit in self.fits]
        whole: xarray.DataArray = xarray.concat(several, dim="imputation")
        return whole.assign_coords(imputation=range(1, len(several) + 1))

    def effects(self, name: str, *, level: float = 0.95) -> pd.DataFrame:
        """A row per unit of a quantity, or per unit and component.

        Parameters
        ----------
        name : str
            A quantity over a level.
        level : float
            Coverage of the intervals.

        Returns
        -------
        pandas.DataFrame
            The labels of the unit, and estimate, sd, lower and upper as in `summary`; of estimates df and
            lost too.

        Raises
        ------
        FitError
            If the quantity is unknown, or its units are not the same in all data sets.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Crashes(sl.Model):
        ...     app = sl.Level()
        ...     mean, sd, noise = sl.Normal(0, 10), sl.HalfNormal(1), sl.HalfNormal(1)
        ...     A = sl.Normal(mean, sd, over=app)
        ...     y = sl.Normal(A, noise, observed=True)
        >>> completed = [{"app": ["a", "a", "b", "b"], "y": [1.0, 1.2, 2.1, y]} for y in (1.9, 2.4)]
        >>> pooled = sl.pool([Crashes.fit(rows, "reml", progress=False) for rows in completed])
        >>> pooled.effects("A")["estimate"].round(2).tolist()
        [1.11, 2.11]
        """
        check_level(level)
        tables = [fit.effects(name, level=level) for fit in self.fits]
        if not self._has_draws:
            return self._by_rules(tables, level)
        whole = [_numbers(fit, name) for fit in self.fits]
        return self._together(tables, whole, level)

    def predict(
        self,
        new: Any = None,
        *,
        name: str | None = None,
        average_over: Collection[str] = (),
        level: float = 0.95,
        seed: int = 0,
        tables: Mapping[str, Any] | None = None,
    ) -> pd.DataFrame:
        """The mean of the outcome of rows, over all data sets; see `Fit.predict`.

        Parameters
        ----------
        new : dataframe, mapping or path, optional
            The rows; by default those that were fitted, each data set with its own.
        name : str, optional
            The line with data, where there are several.
        average_over : collection of str
            Levels over whose distribution the mean is taken.
        level : float
            Coverage of the intervals.
        seed : int
            Decides the draws of units that were not fitted.
        tables : mapping of str to dataframe, optional
            Covariates and parents of new units, by level.

        Returns
        -------
        pandas.DataFrame
            A row per row, as `Fit.predict` gives it. Draws of all data sets stand together; estimates are
            pooled by Rubin's rules, with the sd of each data set's predictions as its standard error.

        Raises
        ------
        DataError, FitError
            As `Fit.predict`.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Line(sl.Model):
        ...     mean, noise = sl.Normal(0, 5), sl.HalfNormal(5)
        ...     y = sl.Normal(mean, noise, observed=True)
        >>> completed = [{"y": [1.0, 2.0, 3.0]}, {"y": [1.0, 2.0, 5.0]}]
        >>> pooled = sl.pool([Line.fit(rows, "mle", progress=False) for rows in completed])
        >>> pooled.predict({"day": [1]})["estimate"].round(3).tolist()
        [2.333]
        """
        check_level(level)
        given: dict[str, Any] = {"name": name, "average_over": average_over, "tables": tables}
        given |= {"level": level, "progress": False}
        if not self._has_draws:
            found = [fit.predict(new, seed=seed + k, **given) for k, fit in enumerate(self.fits)]
            return self._by_rules(found, level)
        several = (
            fit.predict(new, seed=seed + k, output="xarray", **given) for k, fit in enumerate(self.fits)
        )
        whole = [np.asarray(each).reshape(*each.shape[:2], -1) for each in several]
        few = [fit.predict(new, seed=seed, draws=2, **given) for fit in self.fits]  # what the rows are
        return self._together(few, whole, level)

    def posterior_predictive(
        self,
        new: Any = None,
        *,
        name: str | None = None,
        average_over: Collection[str] = (),
        seed: int = 0,
        tables: Mapping[str, Any] | None = None,
    ) -> xarray.DataArray:
        """Draws of outcomes under all data sets, with the dimension `imputation` first.

        Parameters are those of `predict`; see `Fit.posterior_predictive`.

        Parameters
        ----------
        new : dataframe, mapping or path, optional
        name : str, optional
        average_over : collection of str
        seed : int
        tables : mapping of str to dataframe, optional

        Returns
        -------
        xarray.DataArray
            Dimensions imputation, chain, draw, row (and component).

        Raises
        ------
        DataError, FitError
            As `Fit.posterior_predictive`.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Line(sl.Model):
        ...     mean, noise = sl.Normal(0, 5), sl.HalfNormal(5)
        ...     y = sl.Normal(mean, noise, observed=True)
        >>> completed = [{"y": [1.0, 2.0, 3.0]}, {"y": [1.0, 2.0, 5.0]}]
        >>> pooled = sl.pool([Line.fit(rows, "mle", progress=False) for rows in completed])
        >>> pooled.posterior_predictive({"day": [1]}).dims
        ('imputation', 'chain', 'draw', 'row')
        """
        import xarray

        given: dict[str, Any] = {"name": name, "average_over": average_over, "tables": tables}
        several = [
            fit.posterior_predictive(new, seed=seed + k, progress=False, **given)
            for k, fit in enumerate(self.fits)
        ]
        whole: xarray.DataArray = xarray.concat(several, dim="imputation")
        return whole.assign_coords(imputation=range(1, len(several) + 1))

    def _together(self, tables: Sequence[pd.DataFrame], draws: Sequence[Array], level: float) -> pd.DataFrame:
        """The rows of tables with the numbers of all draws, (chains, draws, rows) for each."""
        _check_same({each.shape[-1] for each in draws})
        whole = np.concatenate([each.reshape(-1, each.shape[-1]) for each in draws], axis=0)
        return self._with_columns(tables, described(whole[None], level), "draws of {} together")

    def _by_rules(self, tables: Sequence[pd.DataFrame], level: float) -> pd.DataFrame:
        """The rows of tables with estimates pooled."""
        _check_same({len(each) for each in tables})
        estimates, errors = (
            np.stack([each[column].to_numpy(dtype=float) for each in tables]) for column in ("estimate", "sd")
        )
        found = rubin(estimates, errors, np.full(estimates.shape[1], np.inf), level)
        return self._with_columns(tables, found, "pooled over {} by Rubin's rules")

    def _with_columns(
        self, tables: Sequence[pd.DataFrame], columns: Mapping[str, Array], said: str
    ) -> pd.DataFrame:
        """What the first columns of tables name, where all name the same, and numbers."""
        from stanlevels.results.tables.shown import shown

        first = tables[0]
        labels = list(first.columns[: list(first.columns).index("estimate")])
        levels = [c for c in labels if c in self.fits[0].bound.graph.levels]
        _check_same({tuple(map(tuple, each[levels].astype(str).to_numpy())) for each in tables})
        varies = [c for c in labels if not all(c in each and each[c].equals(first[c]) for each in tables)]
        table = first[labels].drop(columns=varies).assign(**columns)
        note = said.format(counted(len(self.fits), "data set"))
        return shown(table, [note], labels=[c for c in getattr(first, "labels", ()) if c in table])

    def _of_draws(self, var_names: Sequence[str] | str | None, level: float) -> pd.DataFrame:
        import pandas as pd

        from stanlevels.results.tables.shown import shown

        tables = [fit.summary(var_names) for fit in self.fits]
        first, parts = self.fits[0], []
        for name in columns_of_draws.chosen(first.by_quantity, var_names, "hyperparameters"):
            positions, labels = entries(first, name)
            whole = np.concatenate([_numbers(fit, name)[..., positions] for fit in self.fits], axis=0)
            parts.append(pd.DataFrame(described(whole, level), index=pd.Index(labels, dtype=object)))
        table = pd.concat(parts)
        for column in Mixing._fields:
            several = np.stack([each.loc[table.index, column].to_numpy() for each in tables])
            table[column] = several.max(axis=0) if column == "r_hat" else several.sum(axis=0)
        together = f"draws of {counted(len(self.fits), 'data set')} together"
        return shown(table, [f"{together}; r_hat is the largest of any"])

    def _of_estimates(self, var_names: Sequence[str] | str | None, level: float) -> pd.DataFrame:
        import pandas as pd

        from stanlevels.results.tables.shown import shown

        tables = [fit.summary(var_names) for fit in self.fits]
        index = tables[0].index
        estimates, errors, freedom = (
            np.stack([each.loc[index, column].to_numpy(dtype=float) for each in tables])
            for column in ("estimate", "se", "df")
        )
        table = pd.DataFrame(rubin(estimates, errors, freedom.min(axis=0), level), index=index)
        return shown(table, [f"pooled over {counted(len(self.fits), 'data set')} by Rubin's rules"])


def _check_same(found: set[Any]) -> None:
    """Raise FitError where what each data set has differs."""
    if len(found) > 1:
        raise FitError(
            "the data sets have different rows or units",
            expected="data sets that differ in what was imputed, and in nothing else",
            way_out="give the rows that are asked for: pooled.predict(new)",
        )


def _numbers(fit: Any, name: str) -> Array:
    """Draws of a quantity, (chains, draws, numbers)."""
    whole = fit.by_quantity.whole(name)
    return np.asarray(whole.reshape(*whole.shape[:2], -1))
