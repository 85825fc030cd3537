"""Where the variance of an outcome comes from, and of which kind its values are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, overload

if TYPE_CHECKING:
    import pandas as pd
    import xarray

    from stanlevels.results.faces.face import Face

__all__ = ["Shares"]


class Shares:
    """Shares of variance, R squared, outcomes that the data lack, and of which kind they are."""

    def imputed(self: Face, name: str | None = None, *, level: float = 0.95, seed: int = 0) -> pd.DataFrame:
        """A row per value that an outcome with ``missing="model"`` lacks: what it may be, given all data.

        Parameters
        ----------
        name : str, optional
            The outcome, where several lack values.
        level : float
            Share of the draws between `lower` and `upper`.
        seed : int
            Decides the draws of outcomes that were not sampled: those that no other line uses, and those that
            are 0 or 1, whose estimate is the probability of a 1.

        Returns
        -------
        pandas.DataFrame
            The row by its label in the data, or the unit of the outcome's level, with the levels that it lies
            in; estimate, sd, lower, upper. Estimates of maximum likelihood have the draws of
            `simulate_draws` about them.

        Raises
        ------
        FitError
            If no such outcome lacks values, or the fit was saved without its rows.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Line(sl.Model):
        ...     slope, noise = sl.Normal(0, 5), sl.HalfNormal(5)
        ...     y = sl.Normal(slope * sl.data("x"), noise, observed=True, missing="model")
        >>> fit = Line.fit({"x": [1.0, 2.0, 3.0, 4.0], "y": [2.1, 3.9, None, 8.0]}, "mle", progress=False)
        >>> fit.imputed()["row"].tolist()
        [2]
        """
        from stanlevels.results.tables.imputed import imputed

        return imputed(self, self.by_quantity, name, level, seed)

    @overload
    def kinds(
        self: Face,
        new: Any = None,
        *,
        name: str | None = None,
        draws: int | None = None,
        level: float = 0.95,
        seed: int = 0,
        tables: Mapping[str, Any] | None = None,
        output: Literal["frame"] = "frame",
    ) -> pd.DataFrame: ...

    @overload
    def kinds(
        self: Face,
        new: Any = None,
        *,
        name: str | None = None,
        draws: int | None = None,
        level: float = 0.95,
        seed: int = 0,
        tables: Mapping[str, Any] | None = None,
        output: Literal["xarray"],
    ) -> xarray.DataArray: ...

    def kinds(
        self: Face,
        new: Any = None,
        *,
        name: str | None = None,
        draws: int | None = None,
        level: float = 0.95,
        seed: int = 0,
        tables: Mapping[str, Any] | None = None,
        output: Literal["frame", "xarray"] = "frame",
    ) -> pd.DataFrame | xarray.DataArray:
        """How probable it is that a row is of each kind, given its outcome (``pp_mixture`` in brms).

        Kinds are the distributions of `sl.Mixture`, by the labels of the Index that tells them apart, or by
        their names; of `sl.ZeroInflated`, ``zero`` for zeros that are not the distribution's own, and the
        distribution.

        Parameters
        ----------
        new : dataframe, mapping or path, optional
            The rows, with their outcomes; by default those that were fitted. Units may be new, as in
            `predict`.
        name : str, optional
            The line, where several outcomes are of several kinds.
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

        Returns
        -------
        pandas.DataFrame or xarray.DataArray
            A row per row and kind: labels of its units, kind, estimate (posterior mean), sd, lower, upper.
            Where the outcome is missing, how probable each kind is without it. As xarray: chain, draw, row,
            kind.

        Raises
        ------
        FitError
            If no outcome is of several kinds, or the rows have no outcomes.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Waiting(sl.Model):
        ...     kind = sl.Index(["short", "long"])
        ...     mu = sl.Normal(5, 5, over=kind, ordered=True)
        ...     minutes = sl.Mixture(sl.Normal(mu, 1), [0.5, 0.5], observed=True)
        >>> fit = Waiting.fit({"minutes": [2.0, 2.5, 3.0, 8.5, 9.0]}, "mle", progress=False)
        >>> fit.kinds({"minutes": [2.6, 8.0]}).query("kind == 'long'")["estimate"].round(2).tolist()
        [0.0, 1.0]
        """
        from stanlevels.results.predictions.kinds import kinds

        return kinds(
            self,
            new,
            name=name,
            draws=draws,
            level=level,
            seed=seed,
            tables=tables,
            output=output,
        )

    def variance_shares(
        self: Face,
        *,
        scale: Literal["latent", "outcome"] = "latent",
        covariates: bool = False,
        level: float = 0.95,
        name: str | None = None,
    ) -> pd.DataFrame:
        """Which share of the variance of an outcome each random variable has: a row for each.

        Also known as variance partition coefficients and, for one level, the intraclass correlation. The
        variance of a random variable is the mean over rows of that of its contribution, so that a varying
        slope counts with the covariate's mean square (Johnson 2014), and standard deviations that vary over
        units are averaged. Shares are found draw by draw, where they sum to 1.

        Parameters
        ----------
        scale : {"latent", "outcome"}
            The scale of the predictor, with the residual variance that belongs to the link: pi^2 / 3 for
            logit, ``log(1 + 1 / mean)`` for Poisson outcomes with a log link, ... (Nakagawa, Johnson and
            Schielzeth 2017). Or the scale of the outcome itself, of a single trial for counts of successes
            (Goldstein, Browne and Rasbash 2002): there a random variable's share is what it adds to
            what those above it explain, and depends on where covariates put a row; it is averaged over rows.
        covariates : bool
            Whether what covariates explain has a row as well, "(covariates)": the variance over rows of the
            predictor without random variables (Nakagawa and Schielzeth 2013). Otherwise shares are of what
            covariates leave.
        level : float
            Coverage of the intervals.
        name : str, optional
            The outcome, where there are several.

        Returns
        -------
        pandas.DataFrame
            quantity, level, component (where a random variable has several), sd and variance (means over
            draws), share, lower, upper; the last row is the residual. Of a fit without draws they rest on the
            draws of `simulate_draws`.

        Raises
        ------
        FitError
            If the outcome's location is no sum of coefficients and random variables, or it has categories
            without an order.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Scores(sl.Model):
        ...     school = sl.Level()
        ...     mean, school_sd, noise = sl.Normal(50, 20), sl.HalfNormal(10), sl.HalfNormal(10)
        ...     A = sl.Normal(mean, school_sd, over=school)
        ...     score = sl.Normal(A, noise, observed=True)
        >>> data = {"school": list("aaabbbccc"), "score": [52.0, 57, 50, 44, 49, 47, 61, 55, 60]}
        >>> shares = Scores.fit(data, "mle", progress=False).variance_shares()
        >>> list(shares["quantity"])
        ['A', '(residual)']
        >>> round(float(shares["share"].sum()), 6)
        1.0
        """
        from stanlevels.results.tables.shares import variance_shares

        return variance_shares(self, self.by_quantity, scale, level, name, covariates)

    def r2(
        self: Face,
        *,
        scale: Literal["latent", "outcome"] = "latent",
        level: float = 0.95,
        name: str | None = None,
    ) -> pd.DataFrame:
        """R squared of mixed models: the share of covariates, and that of all but the residual.

        Parameters
        ----------
        scale, level, name
            As of `variance_shares`.

        Returns
        -------
        pandas.DataFrame
            Rows "marginal" (what covariates explain) and "conditional" (what covariates and random variables
            explain), of Nakagawa and Schielzeth (2013) and Johnson (2014); columns estimate, sd, lower and
            upper.

        Raises
        ------
        FitError
            As `variance_shares`.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Line(sl.Model):
        ...     a, b, noise = sl.Normal(0, 5), sl.Normal(0, 5), sl.HalfNormal(5)
        ...     y = sl.Normal(a + b * sl.data("x"), noise, observed=True)
        >>> fit = Line.fit({"x": [0.0, 1, 2, 3, 4], "y": [0.1, 0.9, 2.2, 2.8, 4.1]}, "ols")
        >>> bool(fit.r2().loc["marginal", "estimate"] > 0.9)
        True
        """
        from stanlevels.results.tables.shares import r2

        return r2(self, self.by_quantity, scale, level, name)
