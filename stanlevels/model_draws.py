"""The verbs of a model class that draw before any fit: from the prior, and fake data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from stanlevels.bind_graph import bind_for_draws
from stanlevels.language.messages.calls import in_words

if TYPE_CHECKING:
    from stanlevels.graph import Graph
    from stanlevels.plan.decisions import Plan
    from stanlevels.results.arviz.groups import Groups
    from stanlevels.results.simulation.simulated import Simulated

__all__ = ["ModelDraws"]

_FIRST = "data come first, with a row for each observation"


class ModelDraws:
    """What draws quantities and outcomes of a declared graph."""

    if TYPE_CHECKING:
        _graph: Graph
        _names: Mapping[int, str]

    @classmethod
    @in_words("{}.prior_predictive", places=_FIRST)
    def prior_predictive(
        cls,
        data: Any,
        *,
        draws: int = 1000,
        seed: int | None = None,
        tables: Mapping[str, Any] | None = None,
        missing: Literal["error", "drop"] = "error",
        roles: Mapping[str, Any] | None = None,
        plan: Plan | None = None,
    ) -> Groups:
        """What the priors say of every quantity and every outcome, on these rows, before any fit.

        Parameters
        ----------
        data, tables, missing, roles, plan
            As in `bind`. Outcomes may be absent, unless a default prior takes its scale from them.
        draws : int
            How many draws.
        seed : int, optional
            The same numbers again for the same seed; by default a new one, kept in the attribute `seed`.

        Returns
        -------
        arviz.InferenceData or xarray.DataTree
            Groups prior, prior_predictive, observed_data (outcomes that the data hold) and constant_data,
            with labels, for ``arviz.plot_ppc(..., group="prior")`` and the like.

        Raises
        ------
        DataError
            Where the data do not fit, or a default prior needs an outcome that they do not hold.
        FitError
            If `draws` is no positive whole number, or there would be too many numbers.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Schools(sl.Model):
        ...     school = sl.Level()
        ...     spread = sl.HalfNormal(5)
        ...     effect = sl.Normal(0, spread, over=school)
        ...     estimate = sl.Normal(effect, 10, observed=True)
        >>> drawn = Schools.prior_predictive({"school": ["A", "B"]}, draws=100, seed=1)
        >>> dict(drawn.prior_predictive["estimate"].sizes)
        {'chain': 1, 'draw': 100, 'row': 2}
        """
        from stanlevels.results.simulation.prior_groups import prior_groups

        settings: dict[str, Any] = {"missing": missing, "roles": roles, "plan": plan, "names": cls._names}
        bound, found = bind_for_draws(cls._graph, data, tables=tables, **settings)
        return prior_groups(bound.planned, bound.data, draws, seed, frozenset(found.absent.values()))

    @classmethod
    @in_words("{}.simulate", places=_FIRST)
    def simulate(
        cls,
        data: Any,
        *,
        values: Mapping[str, Any] | None = None,
        draws: int | None = None,
        seed: int | None = None,
        tables: Mapping[str, Any] | None = None,
    ) -> Simulated | list[Simulated]:
        """Fake data: the rows that are given, with outcomes drawn from the model.

        Parameters
        ----------
        data : dataframe, mapping of arrays, or path
            Levels, covariates, trials and weights, as in `bind`. Outcomes may be absent; those that are
            there are replaced.
        values : mapping of str to number, array or mapping, optional
            What quantities are: a number, an array, numbers by the labels of units or components (a mapping
            or a pandas Series). What is not given is drawn from its distribution: effects from that of their
            level, parameters from their priors.
        draws : int, optional
            How many data sets, each with numbers of its own; by default one, which is returned alone.
        seed : int, optional
            The same data again for the same seed; by default a new one, kept in `seed`.
        tables : mapping of str to dataframe, optional
            As in `bind`; outcomes that have their place in one are found in `tables` of the result.

        Returns
        -------
        Simulated, or a list of them where `draws` is given
            A pandas DataFrame, so that ``Model.fit(Model.simulate(...))`` works; `truth` has the values of
            all quantities as an xarray Dataset.

        Raises
        ------
        DataError
            Where the data do not fit, or a default prior needs an outcome that they do not hold.
        FitError
            If `values` do not fit the model.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Schools(sl.Model):
        ...     school = sl.Level()
        ...     spread = sl.HalfNormal(5)
        ...     effect = sl.Normal(0, spread, over=school)
        ...     estimate = sl.Normal(effect, 10, observed=True)
        >>> values = {"effect": {"A": 7.0}, "spread": 3}
        >>> fake = Schools.simulate({"school": ["A", "B"]}, values=values, seed=1)
        >>> list(fake)
        ['school', 'estimate']
        >>> float(fake.truth["effect"].sel(school="A"))
        7.0
        """
        from stanlevels.results.simulation.simulated import simulate

        bound, found = bind_for_draws(cls._graph, data, tables=tables, given=values, names=cls._names)
        return simulate(bound.planned, bound.data, found, values or {}, draws, seed)
