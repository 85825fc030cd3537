"""Whether the model fits: predictive checks, cross-validation, sensitivity to priors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from stanlevels.results.arviz.groups import Groups
    from stanlevels.results.crossvalidation.elpd import CrossValidation
    from stanlevels.results.faces.face import Face
    from stanlevels.results.predictivechecks.statistics import Statistic

__all__ = ["Checks"]


class Checks:
    """Whether the model fits: predictive checks, cross-validation, sensitivity to priors."""

    def loo(
        self: Face,
        *,
        by: str | Sequence[str] | None = None,
        integrate: bool = False,
        name: str | None = None,
        draws: int | None = None,
    ) -> CrossValidation:
        """How well the model predicts a row, or all rows of a unit, that it has not seen.

        Leave-one-out by Pareto smoothed importance sampling: nothing is fitted again. Lines with data over
        the same rows are left out together.

        Parameters
        ----------
        by : str or sequence of str, optional
            A level: all rows of one of its units are left out together, and its own effects (with those of
            levels within it) are integrated out: exactly where outcomes and effects are normal and levels
            are nested, by Gauss-Hermite quadrature where a unit has one effect. Several levels: their
            combinations. By default every row by itself.
        integrate : bool
            Of rows that have an effect of their own each: whether it is integrated out. By default the
            density of a row conditions on it, as ArviZ has it.
        name : str, optional
            One line with data, where there are several; by default all of them.
        draws : int, optional
            At most so many draws of each chain, evenly spaced; by default all.

        Returns
        -------
        CrossValidation
            `elpd` with `se`, `p`, `pointwise` (a table with Pareto k), and what is doubtful, in words.

        Raises
        ------
        FitError
            If the fit has no draws or not its rows, if there is no such level, if rows belong to several of
            its units, or if effects of a unit can be integrated out neither exactly nor by quadrature.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Schools(sl.Model):
        ...     school = sl.Level()
        ...     mean = sl.Normal(0, 5)
        ...     spread = sl.HalfNormal(5)
        ...     effect = sl.Normal(mean, spread, over=school)
        ...     score = sl.Normal(effect, 1, observed=True)
        >>> rows = {"school": list("AABBCCDD"), "score": [2.0, 3.5, 0.1, 0.4, 5.0, 4.1, 1.2, 2.2]}
        >>> fit = Schools.fit(rows, seed=1, progress=False)
        >>> left_out = fit.loo(by="school")
        >>> list(left_out.pointwise.columns), left_out.elpd < fit.loo().elpd
        (['school', 'rows', 'elpd', 'pareto_k'], True)
        """
        from stanlevels.results.crossvalidation.loo import loo

        return loo(self, by, integrate, name, draws)

    def ppc_statistics(
        self: Face,
        statistics: Sequence[str] | Mapping[str, Statistic] | None = None,
        *,
        by: str | Sequence[str] | None = None,
        name: str | None = None,
        draws: int | None = None,
        level: float = 0.95,
        seed: int = 0,
    ) -> pd.DataFrame:
        """Posterior predictive checks in numbers: statistics of the data beside those of replicated data.

        Outcomes are replicated for the same rows and units, given all parameters and effects.

        Parameters
        ----------
        statistics : sequence of str, or mapping of str to callable, optional
            Of "mean", "sd", "min", "max" and "zeros" (the share of zeros); or functions of an array of
            outcomes, by name. By default all that make sense; of categories the share of each.
        by : str or sequence of str, optional
            A level: statistics of the rows of each of its units. By default of all rows.
        name : str, optional
            The line with data, where there are several.
        draws : int, optional
            At most so many draws of each chain, evenly spaced; by default 250.
        level : float
            Share of the replicated statistics between `lower` and `upper`.
        seed : int
            Of the replicated outcomes.

        Returns
        -------
        pandas.DataFrame
            statistic, labels of the unit, `observed`, then estimate, sd, lower, upper of the replicated
            statistic, and `p`, how often it is larger than the observed one (ties count half).

        Raises
        ------
        FitError
            For a statistic, level or line that is not known, and where what it needs was not recorded.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Counts(sl.Model):
        ...     rate = sl.Gamma(2, 1)
        ...     deaths = sl.Poisson(rate, observed=True)
        >>> fit = Counts.fit({"deaths": [0, 1, 0, 3, 2, 0, 9]}, seed=1, progress=False)
        >>> table = fit.ppc_statistics(["mean", "max"])
        >>> table.columns.to_list()
        ['statistic', 'observed', 'estimate', 'sd', 'lower', 'upper', 'p']
        >>> bool(table["p"][1] < 0.1)  # no Poisson of this mean has a 9
        True
        """
        from stanlevels.results.predictivechecks.statistics import ppc_statistics

        return ppc_statistics(self, statistics, by, name, draws, level, seed)

    def prior_sensitivity(self: Face, var_names: Sequence[str] | str | None = None) -> pd.DataFrame:
        """How much the posterior moves where priors, or the likelihood, count a little more or less.

        Power-scaling (Kallioinen et al. 2024) by ArviZ, which has it from 1.0 on. Priors are the
        distributions whose arguments are known; those of random variables are part of the model.

        Parameters
        ----------
        var_names : str or sequence of str, optional
            Quantities to look at; by default all that are not over a level.

        Returns
        -------
        pandas.DataFrame
            A row per number: `prior` and `likelihood`, how far it moves (above 0.05 is much), and
            `diagnosis`: a strong prior, or one at odds with the data.

        Raises
        ------
        FitError
            With an ArviZ before 1.0, without draws, and where there is no prior.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Coin(sl.Model):
        ...     p = sl.Beta(20, 20)
        ...     heads = sl.Bernoulli(p, observed=True)
        >>> fit = Coin.fit({"heads": [1] * 9 + [0]}, seed=1, progress=False)
        >>> fit.prior_sensitivity()  # doctest: +SKIP
           prior  likelihood                      diagnosis
        p  0.385       0.149  potential prior-data conflict
        """
        from stanlevels.results.arviz.sensitivity import prior_sensitivity
        from stanlevels.results.crossvalidation.loo import sampled
        from stanlevels.results.tables.columns_of_draws import chosen

        fit = sampled(self, "prior_sensitivity")
        names = chosen(fit.by_quantity, var_names, "hyperparameters")
        return prior_sensitivity(fit.by_quantity, fit.raw, fit.names, fit.idata, names)

    def add_log_prior(self: Face) -> Groups:
        """Add the group `log_prior` to `idata`, for sensitivity checks of ArviZ, and return `idata`.

        It holds the log density of every line whose arguments are known, summed over its units.

        Raises
        ------
        FitError
            Without draws, where there is no prior, and where draws of one were not recorded.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Coin(sl.Model):
        ...     p = sl.Beta(1, 1)
        ...     heads = sl.Bernoulli(p, observed=True)
        >>> fit = Coin.fit({"heads": [1, 0, 1]}, seed=1, progress=False)
        >>> float(fit.add_log_prior()["log_prior"]["p"].max())
        0.0
        """
        from stanlevels.results.arviz.groups import put
        from stanlevels.results.arviz.sensitivity import log_prior
        from stanlevels.results.crossvalidation.loo import sampled

        fit = sampled(self, "add_log_prior")
        held: Groups = fit.idata
        put(held, "log_prior", log_prior(fit.by_quantity, fit.raw, fit.names))
        return held
