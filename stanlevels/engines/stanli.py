"""The embedded engine: stanli interprets a Stan program in process, without a compiler.

Densities and gradients run in this process. Chains run in a worker process each: stanli's own threads lose
every draw when a run is interrupted, and it tells its progress on the standard output, which this process may
need for something else. On Linux they are forked off one process, which loads the engine and builds the model
for all of them. Modes are looked for in a worker too: stanli's optimiser runs only in the thread that loaded
it. stanli numbers chains by its own count, so chain c of a seed gets the seed `chain_seed(seed, c)`: the same
draws whatever the number of workers. (A program that draws random numbers in `transformed data` would
therefore draw them anew in each chain; generated programs do not.)
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.engines import messages
from stanlevels.engines.base import UNSAID, Approximation, Data, Mode, RawDraws, Settings, Shapes
from stanlevels.engines.chain import STATS, ChainJob, chain_seed
from stanlevels.engines.collect import Source, combine
from stanlevels.engines.pool import run_workers
from stanlevels.engines.stan_data import rows_to_json, to_json
from stanlevels.engines.stanli_chain import build, package, still
from stanlevels.engines.stanli_laplace import laplace
from stanlevels.engines.stanli_mode import MODE
from stanlevels.engines.starts import check_metric, check_point, inverse_metric_of, start_of, with_empty
from stanlevels.engines.unflatten import Variable, complete, gather, variables_of
from stanlevels.errors import DataError, EngineMissing

__all__ = ["Stanli", "StanliProgram", "Walk", "compiled"]


class Stanli:
    """The embedded interpreter."""

    name = "stanli"

    def why_not(self) -> str:
        """Empty if it is installed."""
        found = importlib.util.find_spec("stanli") is not None
        return "" if found else "the package stanli is not installed"

    def available(self) -> bool:
        """Whether it is installed."""
        return not self.why_not()

    def version(self) -> str:
        """Its version, such as `0.24.0`."""
        return str(package().__version__)

    def prepare(
        self, code: str, data: Data, *, name: str = "model", shapes: Shapes = UNSAID
    ) -> StanliProgram:
        """Build the program with its data. There are no files here that a name could be given to."""
        document = to_json(data)
        program = compiled(code, self.name)
        return StanliProgram(shapes, program, document, build(program, document))


@dataclass(frozen=True, eq=False)
class Walk:
    """A short chain: its points (draws, n), Stan's sampler columns by name, and the step size at its end."""

    points: Array
    stats: Mapping[str, Array]
    step_size: float


class StanliProgram:
    """A program with data, built by stanli."""

    engine = "stanli"
    """Who draws; a chain's job says so to its worker."""

    metrics: tuple[str, ...] = ("diag_e", "dense_e", "unit_e")

    def __init__(self, shapes: Shapes, program: str, document: str, model: Any) -> None:
        self._shapes = shapes
        self._program = program
        self._document = document
        self._model = model

    @property
    def versions(self) -> Mapping[str, str]:
        """Of what draws, by name."""
        stanli = package()
        return {"stanli": str(stanli.__version__), "stanli_build": str(stanli.build_id())}

    @functools.cached_property
    def _variables(self) -> tuple[Variable, ...]:
        return complete(variables_of(_columns(self._model)), self._shapes)

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Variables of a draw with their dimensions."""
        return {variable.name: variable.shape for variable in self._variables}

    @property
    def n_unconstrained(self) -> int:
        """Length of an unconstrained point."""
        return int(self._model.n_unconstrained)

    def log_density(self, q: Array) -> tuple[float, Array]:
        """Log density with Jacobian, and gradient, at an unconstrained point."""
        q = check_point(q, self.n_unconstrained)
        try:
            value, gradient = self._model.log_prob_grad(q)
        except RuntimeError:
            # stanli says no more than that a distribution refused its arguments here.
            return -np.inf, np.full(q.shape, np.nan)
        return float(value), gradient

    def unconstrain(self, values: Mapping[str, Any]) -> Array:
        """Unconstrained point of constrained values of every parameter."""
        return self._point(to_json(with_empty(values, self._shapes)))

    def _point(self, document: str) -> Array:
        try:
            point: Array = self._model.unconstrain(document)
        except ValueError as error:
            raise DataError(f"these values are no point of the model: {error}") from None
        return point

    def sample(self, settings: Settings) -> RawDraws:
        """Draws; see `stanlevels.engines.base.Prepared`."""
        check_metric(settings, self.metrics, self.engine)
        jobs = [self._job(settings, chain) for chain in range(1, settings.chains + 1)]
        source = Source(self.engine, self.versions, settings, self._shapes)
        return combine(run_workers(jobs, self._document), source)

    def _job(self, settings: Settings, chain: int) -> ChainJob:
        start = start_of(settings.inits, chain)
        return ChainJob(
            engine=self.engine,
            chain=chain,
            program=self._program,
            seed=chain_seed(settings.seed, chain),
            settings=replace(settings, inits=None, inverse_metric=None),
            init=self.unconstrain(start) if isinstance(start, Mapping) else start,
            inverse_metric=inverse_metric_of(settings, chain, self.n_unconstrained),
        )

    def walk(
        self,
        start: Array,
        *,
        inverse_metric: Array,
        warmup: int,
        draws: int,
        seed: int,
        step_size: float = 1.0,
        target_accept: float = 0.8,
        max_depth: int = 10,
    ) -> Walk:
        """A short chain in this process, silent, with its points on the unconstrained scale.

        The step size is adapted in a warm-up of fewer than 150 iterations, the metric is not.

        Raises
        ------
        EngineError
            If the start has no density.
        """
        try:
            found = self._model.sample(
                chains=1,
                seed=seed,
                warmup=warmup,
                samples=draws,
                delta=target_accept,
                max_depth=max_depth,
                inits=check_point(start, self.n_unconstrained),
                parallel_chains=1,
                refresh=0,
                metric="dense_e" if inverse_metric.ndim == 2 else "diag_e",
                inv_metric=inverse_metric,
                step_size=step_size,
            )
        except RuntimeError as error:
            raise messages.run_error(str(error), 1) from None
        values = {
            name: np.empty((draws, *shape)) if 0 in shape else found.draws(name)[0]
            for name, shape in self._shapes.parameters.items()
        }
        return Walk(
            np.array([self._point(row) for row in rows_to_json(values)]),
            dict(zip(STATS, found.sampler_stats[0].T, strict=True)),
            float(found.step_size[0]),
        )

    def constrained(self, point: Array) -> dict[str, Array]:
        """The values of every parameter at an unconstrained point (n,)."""
        values = self.echo(np.ascontiguousarray(point)[None])
        return {name: values[name][0] for name in self._shapes.parameters}

    def echo(self, points: Array) -> dict[str, Array]:
        """Everything a draw holds at unconstrained points (draws, n)."""
        return gather(self._variables, still(self._model, points))

    def approximate(self, method: str, *, draws: int, seed: int) -> Approximation:
        """Draws from a Laplace approximation; see `stanlevels.engines.base.Prepared`."""
        if method != "laplace":
            raise EngineMissing(
                f"method={method!r} needs CmdStan, and engine='stanli' was asked for",
                way_out="use engine='cmdstan', or method='laplace', which needs none",
            )
        return laplace(self, draws, seed)

    def optimize(self, *, seed: int = 1, init: Mapping[str, Any] | None = None) -> Mode:
        """Posterior mode on the unconstrained scale, by L-BFGS."""
        job = ChainJob(
            engine=MODE,
            chain=1,
            program=self._program,
            seed=seed,
            settings=Settings(chains=1, warmup=0, draws=1, progress=False),
            init=None if init is None else self.unconstrain(init),
        )
        outcome = run_workers([job], self._document)
        if not outcome.finished:
            raise outcome.errors.get(1, KeyboardInterrupt())
        row, n = outcome.finished[1].draws[0], self.n_unconstrained
        log_density = float(outcome.finished[1].stats[0, STATS.index("lp__")])
        return Mode(gather(self._variables, row[: len(row) - n]), row[len(row) - n :], log_density)


def compiled(code: str, engine: str) -> str:
    """A program as stanli reads it.

    Raises
    ------
    CompileError
        If Stan refuses it.
    """
    try:
        return _compiled(code)
    except RuntimeError as error:
        raise messages.compile_error(str(error), engine) from None


@functools.lru_cache(maxsize=8)
def _compiled(code: str) -> str:
    """What stanli makes of a program, without data: the same program is often sampled again."""
    program: str = package().stan_to_mir(code)
    return program


def _columns(model: Any) -> list[str]:
    """Every column of a draw. stanli has no public name for this list before a run."""
    return list(model._column_names()[0])
