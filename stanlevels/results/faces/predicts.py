"""Predictions for the rows that were fitted and for new ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Literal, overload

if TYPE_CHECKING:
    import pandas as pd
    import xarray

    from stanlevels.results.arviz.groups import Groups
    from stanlevels.results.faces.face import Drawn, Face

__all__ = ["Predicts"]


class Predicts:
    """Predictions for the rows that were fitted and for new ones."""

    @overload
    def predict(
        self: Face,
        new: Any = None,
        *,
        name: str | None = None,
        average_over: Collection[str] = (),
        draws: int | None = None,
        level: float = 0.95,
        seed: int = 0,
        tables: Mapping[str, Any] | None = None,
        output: Literal["frame"] = "frame",
        progress: bool = True,
    ) -> pd.DataFrame: ...

    @overload
    def predict(
        self: Face,
        new: Any = None,
        *,
        name: str | None = None,
        average_over: Collection[str] = (),
        draws: int | None = None,
        level: float = 0.95,
        seed: int = 0,
        tables: Mapping[str, Any] | None = None,
        output: Literal["xarray"],
        progress: bool = True,
    ) -> xarray.DataArray: ...

    def predict(
        self: Face,
        new: Any = None,
        *,
        name: str | None = None,
        average_over: Collection[str] = (),
        draws: int | None = None,
        level: float = 0.95,
        seed: int = 0,
        tables: Mapping[str, Any] | None = None,
        output: Literal["frame", "xarray"] = "frame",
        progress: bool = True,
    ) -> pd.DataFrame | xarray.DataArray:
        """The posterior of the mean of the outcome, for rows that need not have been fitted.

        A label that was fitted has its own effect. A label not seen before is a new unit: its effect is drawn
        from its distribution, at its parent, and is the same in all rows with that label. A missing label
        (None, NaN) is a unit that nobody knows, another one in each row.

        Parameters
        ----------
        new : dataframe, mapping or path, optional
            The rows; by default those that were fitted. Outcomes and their weights may be absent, and columns
            of levels that others determine; trials and covariates may not.
        name : str, optional
            The line with data, where there are several.
        average_over : collection of str
            Levels over whose distribution the mean is taken; their columns may be absent.
        draws : int, optional
            At most so many draws of each chain, evenly spaced; by default all.
        level : float
            Share of the draws between `lower` and `upper`.
        seed : int
            Decides the draws of units that were not fitted.
        tables : mapping of str to dataframe, optional
            Covariates and parents of new units, by level, as `bind` takes them.
        output : {"frame", "xarray"}
            A summary, or the draws.
        progress : bool
            Whether a bar is shown where it takes long.

        Returns
        -------
        pandas.DataFrame or xarray.DataArray
            A row per row, in the order given (an index of pandas is kept): labels of its units; what each
            of them is, ``known``, ``new``, ``unknown`` or ``averaged`` (``app_is``); estimate (posterior
            mean), sd, lower, upper. Outcomes with components or categories have a row for each: for a
            category its probability. For a binomial outcome the mean is that of the count. Estimates of
            methods without draws are those at the estimates of parameters and effects, and intervals come
            from draws of their normal approximation. As xarray: chain, draw, row (and component, category).

        Raises
        ------
        DataError
            If a column is absent, or holds categories that were not fitted, or a unit's parent is not the
            one that it had.
        FitError
            If an argument is not one of those above, or a unit of what has no distribution is new.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Crashes(sl.Model):
        ...     app = sl.Level()
        ...     mean, sd, noise = sl.Normal(0, 10), sl.HalfNormal(1), sl.HalfNormal(1)
        ...     A = sl.Normal(mean, sd, over=app)
        ...     y = sl.Normal(A, noise, observed=True)
        >>> rows = {"app": ["a", "a", "b", "b", "c", "c"], "y": [1.0, 1.2, 2.1, 1.9, 1.4, 1.6]}
        >>> fit = Crashes.fit(rows, method="reml")
        >>> table = fit.predict({"app": ["b", "d"]})
        >>> table["app_is"].tolist(), table["estimate"].round(2).tolist()
        (['known', 'new'], [1.98, 1.53])
        """
        from stanlevels.results.predictions.predict import predict

        return predict(
            self,
            new,
            name=name,
            average_over=average_over,
            draws=draws,
            level=level,
            seed=seed,
            tables=tables,
            output=output,
            progress=progress,
        )

    @overload
    def posterior_predictive(
        self: Face,
        new: Any = None,
        *,
        name: str | None = None,
        average_over: Collection[str] = (),
        draws: int | None = None,
        level: float = 0.95,
        seed: int = 0,
        tables: Mapping[str, Any] | None = None,
        output: Literal["xarray"] = "xarray",
        progress: bool = True,
    ) -> xarray.DataArray: ...

    @overload
    def posterior_predictive(
        self: Face,
        new: Any = None,
        *,
        name: str | None = None,
        average_over: Collection[str] = (),
        draws: int | None = None,
        level: float = 0.95,
        seed: int = 0,
        tables: Mapping[str, Any] | None = None,
        output: Literal["frame"],
        progress: bool = True,
    ) -> pd.DataFrame: ...

    def posterior_predictive(
        self: Face,
        new: Any = None,
        *,
        name: str | None = None,
        average_over: Collection[str] = (),
        draws: int | None = None,
        level: float = 0.95,
        seed: int = 0,
        tables: Mapping[str, Any] | None = None,
        output: Literal["frame", "xarray"] = "xarray",
        progress: bool = True,
    ) -> pd.DataFrame | xarray.DataArray:
        """Draws of outcomes: what rows may show, with the noise that `predict` leaves out.

        A row has one draw of its outcome for every draw of the posterior, whatever its frequency weight.

        Parameters
        ----------
        new : dataframe, mapping or path, optional
            The rows; by default those that were fitted, with their trials. See `predict`.
        name : str, optional
            The line with data, where there are several.
        average_over : collection of str
            Levels of which each row has a unit that nobody knows: their columns may be absent.
        draws : int, optional
            At most so many draws of each chain, evenly spaced; by default all.
        level : float
            Share of the draws between `lower` and `upper` of a frame.
        seed : int
            Decides the draws.
        tables : mapping of str to dataframe, optional
            Covariates and parents of new units, by level, as `bind` takes them.
        output : {"xarray", "frame"}
            The draws, or a summary.
        progress : bool
            Whether a bar is shown where it takes long.

        Returns
        -------
        xarray.DataArray or pandas.DataFrame
            Dimensions chain, draw, row (and component): whole numbers where the outcome counts, labels
            where it is a category. As a frame: the columns of `predict`; for categories the share of draws.

        Raises
        ------
        DataError, FitError
            As `predict`; and where the draws take more than 8 GB.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Crashes(sl.Model):
        ...     app = sl.Level()
        ...     mean, sd, noise = sl.Normal(0, 10), sl.HalfNormal(1), sl.HalfNormal(1)
        ...     A = sl.Normal(mean, sd, over=app)
        ...     y = sl.Normal(A, noise, observed=True)
        >>> rows = {"app": ["a", "a", "b", "b", "c", "c"], "y": [1.0, 1.2, 2.1, 1.9, 1.4, 1.6]}
        >>> fit = Crashes.fit(rows, method="reml")
        >>> fit.posterior_predictive({"app": ["b", "d"]}).sizes
        Frozen({'chain': 1, 'draw': 1000, 'row': 2})
        """
        from stanlevels.results.predictions.outcomes import posterior_predictive

        return posterior_predictive(
            self,
            new,
            name=name,
            average_over=average_over,
            draws=draws,
            level=level,
            seed=seed,
            tables=tables,
            output=output,
            progress=progress,
        )

    def add_posterior_predictive(
        self: Drawn, *, draws: int | None = None, seed: int = 0, progress: bool = True
    ) -> Groups:
        """Add the group `posterior_predictive` to `idata`, for `arviz.plot_ppc`, and return `idata`.

        It has a variable for every line with data, with the dimensions that its outcomes have in the group
        `observed_data`. Categories are numbered from 1, as they are there.

        Parameters
        ----------
        draws : int, optional
            At most so many draws of each chain, evenly spaced; by default all.
        seed : int
            Decides the draws.
        progress : bool
            Whether a bar is shown where it takes long.

        Raises
        ------
        FitError
            If the fit has estimates and no draws, what an outcome depends on was not recorded, or the draws
            take more than 8 GB.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Heights(sl.Model):
        ...     mean, sd = sl.Normal(170, 20), sl.HalfNormal(20)
        ...     height = sl.Normal(mean, sd, observed=True)
        >>> rows = {"height": [171.0, 168, 180, 175, 169]}
        >>> fit = Heights.fit(rows, engine="stanli", seed=1, progress=False)
        >>> dict(fit.add_posterior_predictive(draws=100)["posterior_predictive"].sizes)
        {'chain': 4, 'draw': 100, 'row': 5}
        """
        from stanlevels.results.predictions.outcomes import add_posterior_predictive

        add_posterior_predictive(self, draws=draws, seed=seed, progress=progress)
        return self.idata
