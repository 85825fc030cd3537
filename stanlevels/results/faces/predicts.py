"""Predictions for the rows that were fitted and for new ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Literal, overload

if TYPE_CHECKING:
    import pandas as pd
    import xarray

    from stanlevels.results.faces.face import Face

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
        >>> fit.predict({"app": ["b", "d"]})[["app", "app_is", "estimate"]].round(2)
          app app_is  estimate
        0   b  known      1.98
        1   d    new      1.53
        estimate: at the estimates of method='reml'; sd, lower, upper: draws of their approximation
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
