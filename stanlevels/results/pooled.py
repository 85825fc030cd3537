"""Fits of one model to several completed data sets, taken together: multiple imputation.

Draws of posteriors are put side by side, which integrates over what was imputed. Estimates are pooled by the
rules of Rubin (1987), with the degrees of freedom of Barnard and Rubin (1999).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.language.messages.calls import in_words
from stanlevels.results.checks.mixing import Mixing
from stanlevels.results.faces.asks import Asks
from stanlevels.results.tables import columns_of_draws
from stanlevels.results.tables.describe import check_level, described
from stanlevels.results.tables.subjects_of_rows import entries
from stanlevels.words import counted

if TYPE_CHECKING:
    import pandas as pd
    import xarray

    from stanlevels.results.fit import Fit
    from stanlevels.results.point_fit import PointFit

__all__ = ["Pooled", "pool", "rubin"]


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


def _numbers(fit: Any, name: str) -> Array:
    """Draws of a quantity, (chains, draws, numbers)."""
    whole = fit.by_quantity.whole(name)
    return np.asarray(whole.reshape(*whole.shape[:2], -1))


def rubin(estimates: Array, errors: Array, freedom: Array, level: float) -> dict[str, Array]:
    """Rubin's rules.

    Parameters
    ----------
    estimates, errors : ndarray, (data sets, numbers)
        With their standard errors.
    freedom : ndarray, (numbers,)
        Degrees of freedom of the estimates were nothing missing; infinite where they are many.
    level : float
        Coverage of the intervals.

    Returns
    -------
    dict of str to ndarray, (numbers,)
        estimate, sd, lower, upper, df and lost.
    """
    from scipy import stats

    m = len(estimates)
    estimate, within = estimates.mean(axis=0), np.square(errors).mean(axis=0)
    between = (1 + 1 / m) * estimates.var(axis=0, ddof=1)
    total = within + between
    with np.errstate(divide="ignore", invalid="ignore"):
        share = between / total
        old = (m - 1) / np.square(share)
        seen = np.where(np.isinf(freedom), np.inf, (freedom + 1) / (freedom + 3) * freedom * (1 - share))
        df = 1 / (1 / old + 1 / seen)
        ratio = between / within
        lost = (ratio + 2 / (df + 3)) / (1 + ratio)
    sd = np.sqrt(total)
    wide = np.where(np.isinf(df), stats.norm.ppf(0.5 + level / 2), stats.t.ppf(0.5 + level / 2, df)) * sd
    return {
        "estimate": estimate,
        "sd": sd,
        "lower": estimate - wide,
        "upper": estimate + wide,
        "df": df,
        "lost": lost,
    }
