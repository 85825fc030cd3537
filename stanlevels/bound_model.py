"""A model with its data: planned, readable, ready to be fitted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, overload

from stanlevels.errors import DataError, FitError, listing, warn
from stanlevels.graph import Graph
from stanlevels.language.resolve import node_of
from stanlevels.passes import run
from stanlevels.passes.assign_roles import assign_roles, refuse_under_nuts
from stanlevels.passes.open_arguments import open_arguments
from stanlevels.passes.place import place
from stanlevels.plan.decisions import Plan, Priors, make_plan, make_priors
from stanlevels.plan.planned import Decided, Planned
from stanlevels.program.lower import lower
from stanlevels.program.program import Program
from stanlevels.program.render import Rendered, render
from stanlevels.records import Record
from stanlevels.show import Table

if TYPE_CHECKING:
    from stanlevels.binding import Bound
    from stanlevels.estimation.bayes.posterior import Posterior
    from stanlevels.results.approximate_fit import ApproximateFit
    from stanlevels.results.fit import Fit
    from stanlevels.results.point_fit import PointFit


@dataclass(frozen=True)
class BoundModel:
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
    def stan_code(self) -> str:
        """The Stan program, with the person's own names and the declaration over each statement."""
        return self.rendered.text

    @cached_property
    def stan_data(self) -> dict[str, Any]:
        """The program's data: numbers and NumPy arrays by name, in the order of the data block."""
        return {name: entry.read(self.data, self.planned) for name, entry in self.program.entries}

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
    def roles(self) -> Table:
        """The role of every quantity, with its units."""
        from stanlevels.plan.role_table import role_table

        return role_table(self.planned.graph, self.planned.roles, self.data)

    @cached_property
    def priors(self) -> Priors:
        """Every prior with its numbers."""
        return make_priors(self.planned)

    def __repr__(self) -> str:
        levels = ", ".join(f"{level.size} x {name}" for name, level in self.data.levels.items())
        rows = f"{self.data.n_rows} rows"
        return f"<{self.name} bound to {rows}{': ' if levels else ''}{levels}>"

    def _repr_html_(self) -> str:
        from stanlevels.show import preformatted

        return preformatted(repr(self)[1:-1]) + self.plan._repr_html_()

    @overload
    def fit(self, method: Literal["ols", "mle", "reml", "em"], **settings: Any) -> PointFit: ...

    @overload
    def fit(
        self, method: Literal["nuts", "laplace", "pathfinder", "advi"] = "nuts", **settings: Any
    ) -> Fit: ...

    @overload
    def fit(self, method: str = "nuts", **settings: Any) -> Fit | PointFit: ...

    def fit(
        self,
        method: str = "nuts",
        *,
        engine: str = "auto",
        chains: int = 4,
        warmup: int = 1000,
        draws: int = 1000,
        seed: int | None = None,
        target_accept: float = 0.8,
        max_depth: int = 10,
        inits: Any = None,
        parallel: int | None = None,
        progress: bool = True,
        **settings: Any,
    ) -> Fit | PointFit:
        """Fit the model: the posterior by sampling, or estimates with random variables integrated out.

        Parameters
        ----------
        method : {"nuts", "mle", "reml", "em", "ols", "laplace", "pathfinder", "advi"}
            Full Bayes with the No-U-Turn sampler; maximum likelihood of the parameters; restricted
            maximum likelihood; maximum likelihood by expectation-maximisation; least squares (these four
            need no engine); approximations to the posterior, labelled as such (the last two need CmdStan).
        engine : {"auto", "cmdstan", "stanli"}
            "auto" takes CmdStan where it is installed, else the embedded interpreter.
        chains, warmup, draws : int
            Number of chains, and of iterations per chain before and after adaptation.
        seed : int, optional
            Draws reproduce per engine; None draws a seed and records it.
        target_accept, max_depth
            Of the sampler.
        inits : float, mapping, or one mapping per chain
            Where chains start: by default near the middle of the priors; a radius around 0 on the
            unconstrained scale (Stan uses 2); or starting values by Stan parameter.
        parallel : int, optional
            Chains at a time; by default as many as there are processors.
        progress : bool
            Show a progress bar and which engine runs.
        **settings
            Of the other methods: `priors=True` (of "mle": penalise by the priors of parameters), `nAGQ`
            (its quadrature points for models that are not Gaussian), `tolerance` and `max_steps` (of "em").

        Returns
        -------
        Fit or PointFit
            With draws, or without.

        Raises
        ------
        FitError
            For an unknown method.
        InitializationError
            Where no starting point has a finite log density; names the line.
        EngineMissing
            Where the engine asked for is not installed.
        """
        from stanlevels.estimation.bayes.approximation import APPROXIMATIONS
        from stanlevels.estimation.point.methods import POINT_METHODS, solve
        from stanlevels.results.point_fit import PointFit

        if method in POINT_METHODS:
            solution = solve(self.planned, self.data, method, settings)
            return PointFit(self.name, self.data, self.planned, solution)
        if method not in ("nuts", *APPROXIMATIONS):
            known = ("nuts", *POINT_METHODS, *APPROXIMATIONS)
            raise FitError(f"method={method!r} is not known", expected=listing(known, 20))
        if settings:
            raise _strange_settings(method, settings)
        refuse_under_nuts(self.planned)
        if not self.program.parameters:
            raise FitError(
                f"{self.name} has nothing unknown: every line of it is data or a number",
                expected="at least one quantity with a distribution and no data",
                way_out="declare what is to be found, such as mu = sl.Normal(0, 1), and use it in the line",
            )
        if method in APPROXIMATIONS:
            return self._approximate(method, engine, draws, seed, progress)
        from stanlevels.estimation.bayes.nuts import sample
        from stanlevels.results.fit import Fit

        raw, run = sample(
            self.posterior,
            engine=engine,
            chains=chains,
            warmup=warmup,
            draws=draws,
            seed=seed,
            target_accept=target_accept,
            max_depth=max_depth,
            inits=inits,
            parallel=parallel,
            progress=progress,
        )
        fit = Fit(self.name, self.data, self.named, self.rendered, raw, run)
        if not (found := fit.diagnose()).ok:
            warn(found.sentence)
        return fit

    def _approximate(
        self, method: str, engine: str, draws: int, seed: int | None, progress: bool
    ) -> ApproximateFit:
        from stanlevels.estimation.bayes.approximation import APPROXIMATIONS, approximate
        from stanlevels.results.approximate_fit import ApproximateFit

        raw, run, k = approximate(
            self.posterior, method, engine=engine, draws=draws, seed=seed, progress=progress
        )
        parts = (self.name, self.data, self.named, self.rendered, raw, run)
        fit = ApproximateFit(*parts, method=method, words=APPROXIMATIONS[method], pareto_k=k)
        if not (found := fit.diagnose()).ok:
            warn(found.sentence)
        return fit


def bind_graph(
    graph: Graph,
    data: Any,
    *,
    tables: Mapping[str, Any] | None = None,
    missing: str = "error",
    plan: Plan | None = None,
    roles: Mapping[str, Any] | None = None,
    names: Mapping[int, str] | None = None,
) -> BoundModel:
    """Attach data to a graph, plan it, and check the outcomes; see `Model.bind`.

    `names` are those of the declarations that a distribution in `roles` may refer to.
    """
    from stanlevels.binding import bind_data
    from stanlevels.passes.check_data import check_columns, check_knowns, check_outcomes

    if plan is not None and not isinstance(plan, Plan):
        raise DataError(f"plan= is a {type(plan).__name__}", expected="the plan of a bound model: old.plan")
    assigned = assign_roles(graph, roles, lambda name, thing: node_of(name, thing, names or {}))
    _check_plan(plan, assigned.graph)
    graph, opened = open_arguments(assigned.graph)
    bound = bind_data(graph, data, tables=tables, missing=missing)
    check_outcomes(graph, bound)
    decided = Decided() if plan is None else Decided(plan.centered, plan.places, plan.moved)
    placed = place(graph, bound, decided)
    placed = replace(placed, roles=assigned.roles, records=(*assigned.records, *bound.records, *opened))
    check_columns(placed, bound)
    planned = run(placed, bound)
    check_knowns(planned, bound)
    return BoundModel(bound, planned)


_ELSEWHERE = {
    "iter": "warmup= and draws=",
    "iter_warmup": "warmup=",
    "tune": "warmup=",
    "iter_sampling": "draws=",
    "samples": "draws=",
    "cores": "parallel=",
    "parallel_chains": "parallel=",
    "adapt_delta": "target_accept=",
    "max_treedepth": "max_depth=",
    "random_seed": "seed=",
    "init": "inits=",
    "initvals": "inits=",
    "progressbar": "progress=",
    "show_progress": "progress=",
    "algorithm": "method=",
    "backend": "engine=",
}
"""What brms, rstanarm, cmdstanpy and PyMC call the settings of a fit, and what they are called here."""


def _strange_settings(method: str, settings: Mapping[str, Any]) -> FitError:
    known = "engine, chains, warmup, draws, seed, target_accept, max_depth, inits, parallel, progress"
    meant = [f"{name}= is called {_ELSEWHERE[name]}" for name in sorted(settings) if name in _ELSEWHERE]
    return FitError(
        f"method={method!r} takes no {', '.join(sorted(settings))}",
        expected=known,
        way_out="; ".join(meant),
    )


def _renamed(model: BoundModel) -> Iterator[Record]:
    """Names that Stan or ArviZ could not take."""
    from stanlevels.results.arviz.arviz_names import arviz_names

    for name, stan in model.program.renamed:
        yield Record(name, "program", f"is called {stan!r} in Stan", "Stan's own names and letters")
    for name, given in arviz_names(model.planned.graph).renamed.items():
        yield Record(name, "results", f"is called {given!r} in ArviZ", "ArviZ keeps this name for itself")


def _check_plan(plan: Plan | None, graph: Graph) -> None:
    """A plan decides about quantities of its own model."""
    decided = () if plan is None else (*plan.centered, *plan.places)
    if strange := [name for name in decided if name not in graph]:
        raise FitError(
            f"plan= decides about {listing(strange)}, which {graph.name} does not have",
            expected=f"a plan of {graph.name}",
        )
