"""A model with its data: planned, readable, ready to be fitted."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from stanlevels.bound_fit import BoundFit
from stanlevels.errors import (
    EngineError,
    EngineMissing,
    FitError,
    NoMode,
    StanlevelsError,
    listing,
    warn,
)
from stanlevels.graph import GraphWithData
from stanlevels.graph.text import node_text
from stanlevels.other_names import OtherNames
from stanlevels.passes.assign_roles import refuse_under_nuts
from stanlevels.passes.center import without_mode
from stanlevels.plan.as_graph import graph_of
from stanlevels.plan.decisions import Plan, Priors, make_plan, make_priors
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.recording import recorded_names
from stanlevels.plan.terms import uses
from stanlevels.program.lower import lower
from stanlevels.program.program import Program
from stanlevels.program.reading import Reading
from stanlevels.program.render import Rendered, render
from stanlevels.records import Record, cautions
from stanlevels.show import Source, Table

if TYPE_CHECKING:
    from stanlevels.binding import Bound
    from stanlevels.estimation.bayes.posterior import Posterior
    from stanlevels.results.approximate_fit import ApproximateFit
    from stanlevels.results.arviz.groups import Groups
    from stanlevels.results.crossvalidation.elpd import CrossValidation
    from stanlevels.results.fit import Fit
    from stanlevels.results.point_fit import PointFit


@dataclass(frozen=True)
class BoundModel(OtherNames, BoundFit):
    """A model and its data, made by `Model.bind`.

    Attributes
    ----------
    data : Bound
        Levels, nesting and columns as found.
    planned : Planned
        The model after every pass.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Coin(sl.Model):
    ...     p = sl.Beta(1, 1)
    ...     heads = sl.Bernoulli(p, observed=True)
    >>> bound = Coin.bind({"heads": [1, 0, 1]})
    >>> bound.stan_data["heads"]
    array([1, 0, 1])
    """

    data: Bound
    planned: Planned
    _called: ClassVar[str] = "bound"

    @property
    def name(self) -> str:
        """The model's name."""
        return self.planned.graph.name

    @cached_property
    def named(self) -> Planned:
        """The planned model, with a record of every name that Stan or ArviZ could not take."""
        return self.planned.noting(*_renamed(self))

    @cached_property
    def program(self) -> Program:
        """The typed Stan program."""
        return lower(self.planned)

    @cached_property
    def rendered(self) -> Rendered:
        """The Stan text with the source of every line."""
        return render(self.program)

    @property
    def stan_code(self) -> Source:
        """The Stan program, with the person's own names and the declaration over each statement."""
        return Source(self.rendered.text)

    @cached_property
    def stan_data(self) -> dict[str, Any]:
        """The program's data: numbers and NumPy arrays by name, in the order of the data block."""
        source = Reading(self.data, self.planned)
        return {name: entry.read(source, self.planned) for name, entry in self.program.entries}

    @property
    def posterior(self) -> Posterior:
        """What sampling needs."""
        from stanlevels.estimation.bayes.posterior import Posterior

        text, sources = self.rendered.text, self.rendered.sources
        return Posterior(self.name, self.planned, self.data, self.program, text, sources, self.stan_data)

    @cached_property
    def plan(self) -> Plan:
        """What was decided and why."""
        return make_plan(self.named)

    @cached_property
    def graph(self) -> GraphWithData:
        """The dependency graph with the sizes of the levels; see `Model.graph`."""
        return graph_of(self.planned, self.data, self.planned.roles)

    @cached_property
    def roles(self) -> Table:
        """The role of every quantity, with its units."""
        from stanlevels.plan.role_table import role_table

        return role_table(self.planned.graph, self.planned.roles, self.data)

    @cached_property
    def priors(self) -> Priors:
        """Every prior with its numbers."""
        return make_priors(self.planned)

    def check(self) -> Table:
        """What is worth knowing of the model on these data before it is sampled: notes, not refusals.

        Looked for are levels with fewer than five units, units with one row, crossed levels that fall into
        components which no row joins, levels that are one or lie in each other, slopes whose covariate does
        not vary within a unit, and priors that imply outcomes a hundred times as wide as the data. What the
        planner noted of sums that the data do not tell apart is said here too. The last row has the time
        and memory that sampling takes, about.

        Returns
        -------
        Table
            A row per note: what it is about, what was found, why it matters, what helps;
            ``.to_frame()`` gives a pandas DataFrame.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Schools(sl.Model):
        ...     school = sl.Level()
        ...     mean = sl.Normal(0, 5)
        ...     spread = sl.HalfNormal(5)
        ...     effect = sl.Normal(mean, spread, over=school)
        ...     score = sl.Normal(effect, 1, observed=True)
        >>> notes = Schools.bind({"school": list("AABBCC"), "score": [2.0, 3.5, 0.1, 0.4, 5.0, 4.0]}).check()
        >>> notes.to_frame()["what was found"][0]
        'has 3 units'
        """
        from stanlevels.results.preflight.all_notes import preflight

        return preflight(self.planned, self.data, self._gradient())

    def kfold(
        self,
        by: str | Sequence[str] | None = None,
        *,
        folds: int | None = None,
        name: str | None = None,
        method: str = "nuts",
        seed: int | None = None,
        progress: bool = True,
        **settings: Any,
    ) -> CrossValidation:
        """How well the model predicts rows, or units of a level, without which it was fitted.

        The parts of the data are put into folds at random; for each fold the model is fitted again without
        it. Where leave-one-out of one fit (`fit.loo`) is not reliable, or cannot be had, this is. Columns
        that were made from all rows, such as centred ones, keep their values.

        Parameters
        ----------
        by : str or sequence of str, optional
            A level: all rows of one of its units are in one fold, and its own effects are integrated out,
            exactly or by quadrature as in `fit.loo`, else by draws from their distribution. By default rows.
        folds : int, optional
            By default 10, or as many as there are parts. As many folds as units leave one out at a time.
        name : str, optional
            The line with data that is predicted, where there are several; by default all of them.
        method : {"nuts", "laplace", "pathfinder", "advi"}
            How to fit.
        seed : int, optional
            Of the folds and of the fits; None draws one, and the result's notes record it.
        progress : bool
            Say which fold is done.
        **settings
            As in `fit`: engine, chains, warmup, draws, target_accept, ...

        Returns
        -------
        CrossValidation
            As of `fit.loo`, with which `sl.compare` compares it; `by_row` has every row by itself.

        Raises
        ------
        FitError
            If there is no such level, for a number of folds that cannot be, and for a method without draws.

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
        >>> found = Schools.bind(rows).kfold("school", folds=2, seed=1, progress=False, chains=2)
        >>> len(found.pointwise), len(found.by_row)
        (4, 8)
        """
        from stanlevels.crossvalidation import kfold

        return kfold(self, by, folds, name, method, seed, progress, settings)

    def _gradient(self) -> Callable[[], object] | None:
        """What computes a gradient of the density in this process; None where it cannot be had."""
        if not self.program.parameters:
            return None
        from stanlevels.engines.stanli import Stanli

        posterior = self.posterior
        try:
            program = Stanli().prepare(posterior.text, posterior.stan_data, shapes=posterior.shapes)
        except StanlevelsError:
            return None
        start = np.full(program.n_unconstrained, 0.1)
        return lambda: program.log_density(start)

    def prior_predictive(self, *, draws: int = 1000, seed: int | None = None) -> Groups:
        """What the priors say of every quantity and outcome on these rows; see `Model.prior_predictive`.

        Parameters
        ----------
        draws : int
            How many draws.
        seed : int, optional
            The same numbers again for the same seed; by default a new one, kept in the attribute `seed`.

        Returns
        -------
        arviz.InferenceData or xarray.DataTree
            Groups prior, prior_predictive, observed_data and constant_data.

        Raises
        ------
        FitError
            If `draws` is no positive whole number, or there would be too many numbers.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Coin(sl.Model):
        ...     p = sl.Beta(1, 1)
        ...     heads = sl.Bernoulli(p, observed=True)
        >>> drawn = Coin.bind({"heads": [1, 0, 1]}).prior_predictive(draws=50, seed=1)
        >>> dict(drawn.prior["p"].sizes)
        {'chain': 1, 'draw': 50}
        """
        from stanlevels.results.simulation.prior_groups import prior_groups

        return prior_groups(self.planned, self.data, draws, seed)

    def __repr__(self) -> str:
        levels = ", ".join(f"{level.size} x {name}" for name, level in self.data.levels.items())
        rows = f"{self.data.n_rows} rows"
        return f"<{self.name} bound to {rows}{': ' if levels else ''}{levels}>"

    def _repr_html_(self) -> str:
        from stanlevels.show import preformatted

        return preformatted(repr(self)[1:-1]) + self.plan._repr_html_()

    def _fit(self, method: str, given: Mapping[str, Any], progress: bool) -> Fit | PointFit:
        from stanlevels.estimation.bayes.approximation import APPROXIMATIONS
        from stanlevels.estimation.point.methods import POINT_METHODS
        from stanlevels.estimation.settings import settings_of
        from stanlevels.passes.check_informed import check_informed

        settings = settings_of(method, given)
        check_informed(self.planned, self.data)
        if progress:
            for caution in cautions(self.planned.records):
                print(f"note: {caution}", file=sys.stderr)
        if method in POINT_METHODS:
            return self._estimate(method, settings, progress)
        refuse_under_nuts(self.planned)
        if not self.program.parameters:
            raise FitError(
                f"{self.name} has nothing unknown: every line of it is data or a number",
                expected="at least one quantity with a distribution and no data",
                way_out="declare what is to be found, such as mu = sl.Normal(0, 1), and use it in the line",
            )
        if method in APPROXIMATIONS:
            return self._approximate(method, settings, progress)
        from stanlevels.estimation.bayes.nuts import new_seed, sample
        from stanlevels.results.earlier import start_of
        from stanlevels.results.fit import Fit

        names = recorded_names(self.planned, settings.pop("record"))
        planned = self.named
        if (earlier := settings.pop("start")) is not None:
            _refuse_both(settings["inits"])
            begun = start_of(earlier, self.planned, self.data)
            settings["seed"] = new_seed(settings["seed"])
            settings |= begun.sampling(self.posterior, settings["chains"], settings["seed"])
            planned = planned.noting(*begun.records)
        raw, run, decided = sample(self.posterior, names, progress=progress, **settings)
        fit = Fit(self.name, self.data, planned.noting(*decided), self.rendered, raw, run, names)
        if not (found := fit.diagnose()).ok:
            warn(found.sentence)
        return fit

    def _estimate(self, method: str, settings: dict[str, Any], progress: bool) -> PointFit:
        from stanlevels.estimation.point.methods import solve
        from stanlevels.estimation.point.observer import watching
        from stanlevels.results.earlier import start_of
        from stanlevels.results.point_fit import PointFit

        earlier = settings.pop("start", None)
        begun = None if earlier is None else start_of(earlier, self.planned, self.data)
        with watching(method, progress) as observer:
            told = None if begun is None else begun.estimates
            solution = solve(self.planned, self.data, method, settings, observer, told)
        planned = self.planned if begun is None else self.planned.noting(*begun.records)
        return PointFit(self.name, self.data, planned, solution)

    def _approximate(self, method: str, settings: dict[str, Any], progress: bool) -> ApproximateFit:
        from stanlevels.estimation.bayes.approximation import APPROXIMATIONS, approximate
        from stanlevels.results.approximate_fit import ApproximateFit

        names = recorded_names(self.planned, settings.pop("record"))
        try:
            raw, run, k = approximate(self.posterior, names, method, progress=progress, **settings)
        except (NoMode, EngineError) as error:
            tried = method == "laplace" and not isinstance(error, EngineMissing)
            left = without_mode(self.planned) if tried else {}
            raise _without_mode(self.planned, left, error) if left else error from None
        parts = (self.name, self.data, self.named, self.rendered, raw, run, names)
        fit = ApproximateFit(*parts, method=method, words=APPROXIMATIONS[method], pareto_k=k)
        if not (found := fit.diagnose()).ok:
            warn(found.sentence)
        return fit


def _refuse_both(inits: Any) -> None:
    """An earlier fit says where chains start."""
    if inits is not None:
        raise FitError("both start= and inits= say where chains start", expected="one of them")


def _without_mode(planned: Planned, left: Mapping[str, Line], error: StanlevelsError) -> FitError:
    """The line to which it is due that there is no mode."""
    forms = planned.centered
    line = next((line for name, line in left.items() if forms[name] is True), next(iter(left.values())))
    form = "as it is (centred)" if forms[line.name] is True else "between centred and not"
    sd = listing(dict.fromkeys(use.name for use in uses(line.args[line.scale])))
    return NoMode(
        f"{error.found}; {node_text(line.node)} is sampled {form}, where the density rises"
        f" without bound as {sd} goes to 0 and {line.name} to its mean",
        expected="a mode",
        way_out=f"use method='nuts', or method='mle', which integrates {line.name} out (centered=False in its"
        " line has a mode, but one far from the posterior where the data say much)",
    )


def _renamed(model: BoundModel) -> Iterator[Record]:
    """Names that Stan or ArviZ could not take."""
    from stanlevels.results.arviz.arviz_names import arviz_names

    for name, stan in model.program.renamed:
        yield Record(name, "program", f"is called {stan!r} in Stan", "Stan's own names and letters")
    for name, given in arviz_names(model.planned.graph).renamed.items():
        yield Record(name, "results", f"is called {given!r} in ArviZ", "ArviZ keeps this name for itself")
