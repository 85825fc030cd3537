"""The reference engine: CmdStan, through cmdstanpy.

A program is compiled once (`stanlevels.engines.cache`) and then run as a process for each chain, with the
chain's number as its id: CmdStan derives a stream of its own from (seed, id).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.engines import cmdstan_run, messages, toolchain
from stanlevels.engines.base import UNSAID, Approximation, Data, Mode, RawDraws, Settings, Shapes
from stanlevels.engines.cache import Program, program
from stanlevels.engines.chain import STATS, ChainJob
from stanlevels.engines.cmdstan_approximate import approximate
from stanlevels.engines.cmdstan_build import compile_source, notice
from stanlevels.engines.cmdstan_chain import DIGITS
from stanlevels.engines.collect import Source, combine
from stanlevels.engines.disk import writing
from stanlevels.engines.pool import run_workers
from stanlevels.engines.scratch import Scratch, scratch
from stanlevels.engines.stan_data import to_json
from stanlevels.engines.starts import check_metric, check_point, inverse_metric_of, start_of, with_empty
from stanlevels.engines.unflatten import Variable, complete, gather, variables_of
from stanlevels.errors import DataError, EngineError, EngineMissing, listing

__all__ = ["CmdStan", "CmdStanProgram"]


class CmdStan:
    """CmdStan with the C++ compiler that it needs.

    Parameters
    ----------
    notify : callable
        Gets one line before a program is compiled.
    """

    name = "cmdstan"

    def __init__(self, notify: Callable[[str], None]) -> None:
        self._notify = notify

    def why_not(self) -> str:
        """Empty if CmdStan, cmdstanpy, make, and a C++ compiler are here."""
        return toolchain.why_not()

    def available(self) -> bool:
        """Whether it can be used here."""
        return not self.why_not()

    def version(self) -> str:
        """CmdStan's version, such as `2.36.0`."""
        return self._toolchain().version

    def prepare(
        self, code: str, data: Data, *, name: str = "model", shapes: Shapes = UNSAID
    ) -> CmdStanProgram:
        """Compile the program unless that was done before, on any data."""
        document = to_json(data)
        tools = self._toolchain()
        before = notice(name, tools.version)
        compiled = program(code, tools, compile_source, lambda: self._notify(before), self._notify)
        versions = {"cmdstan": tools.version, "compiler": tools.compiler}
        return CmdStanProgram(code, shapes, compiled, document, versions)

    def _toolchain(self) -> toolchain.Toolchain:
        if why := self.why_not():
            raise EngineMissing(
                f"engine 'cmdstan' cannot be used: {why}", way_out="use engine='stanli', or install it"
            )
        return toolchain.toolchain()


class CmdStanProgram:
    """A compiled program with data."""

    def __init__(
        self, code: str, shapes: Shapes, compiled: Program, document: str, versions: Mapping[str, str]
    ) -> None:
        self._code, self._shapes, self._compiled = code, shapes, compiled
        self._document, self._versions = document, versions
        self._folder = Scratch()
        self._file = self._folder.path / "data.json"
        with writing("the data", self._folder.path):
            self._file.write_text(document, encoding="utf-8")
        with self._translated():
            self.n_unconstrained = cmdstan_run.probe(compiled.executable, self._file)

    @cached_property
    def _variables(self) -> tuple[Variable, ...]:
        with self._translated():
            columns = cmdstan_run.columns(self._compiled.executable, self._file)
        return complete(variables_of(columns), self._shapes)

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Variables of a draw with their dimensions."""
        return {variable.name: variable.shape for variable in self._variables}

    def log_density(self, q: Array) -> tuple[float, Array]:
        """Log density with Jacobian, and gradient. A process is started for it: meant for checks."""
        q = check_point(q, self.n_unconstrained)
        with self._translated():
            value, gradient = cmdstan_run.log_density(self._compiled.executable, self._file, q)
        return value, gradient

    def unconstrain(self, values: Mapping[str, Any]) -> Array:
        """Unconstrained point of constrained values of every parameter, where the density is positive."""
        document = self._checked(values)
        with scratch() as folder:
            path = folder / "inits.json"
            with writing("starting values", folder):
                path.write_text(document, encoding="utf-8")
            try:
                return cmdstan_run.unconstrained(self._compiled.executable, self._file, str(path))
            except EngineError as error:
                _, _, why = error.found.partition("\n")
                raise DataError(f"these values are no point of the model: {why}") from None

    def sample(self, settings: Settings) -> RawDraws:
        """Draws; see `stanlevels.engines.base.Prepared`."""
        check_metric(settings, ("diag_e", "dense_e", "unit_e"), "cmdstan")
        jobs = [self._job(settings, chain) for chain in range(1, settings.chains + 1)]
        with self._translated():
            source = Source("cmdstan", self._versions, settings, self._shapes)
            return combine(run_workers(jobs, self._document), source)

    def _job(self, settings: Settings, chain: int) -> ChainJob:
        start = start_of(settings.inits, chain)
        n = 0 if settings.inverse_metric is None else self.n_unconstrained
        return ChainJob(
            engine="cmdstan",
            chain=chain,
            program=str(self._compiled.executable),
            seed=int(settings.seed),
            settings=replace(settings, inits=None, inverse_metric=None),
            init=self._checked(start) if isinstance(start, Mapping) else start,
            inverse_metric=inverse_metric_of(settings, chain, n),
        )

    def approximate(self, method: str, *, draws: int, seed: int) -> Approximation:
        """Draws from an approximation by CmdStan; see `stanlevels.engines.base.Prepared`."""
        executable = Path(self._compiled.executable)
        return approximate(executable, self._file, self._shapes, method, draws=draws, seed=seed)

    def optimize(self, *, seed: int = 1, init: Mapping[str, Any] | None = None) -> Mode:
        """Posterior mode on the unconstrained scale, by L-BFGS."""
        import cmdstanpy

        with (
            scratch() as folder,
            cmdstanpy.disable_logging(),
            self._translated(),
        ):
            path = folder / "inits.json"
            if init is not None:
                with writing("starting values", folder):
                    path.write_text(self._checked(init), encoding="utf-8")
            try:
                found = cmdstanpy.CmdStanModel(exe_file=str(self._compiled.executable)).optimize(
                    data=str(self._file),
                    seed=seed,
                    inits=None if init is None else str(path),
                    algorithm="LBFGS",
                    jacobian=True,
                    sig_figs=DIGITS,
                    output_dir=str(folder),
                )
            except RuntimeError as error:
                raise messages.run_error(messages.spoken(str(error))) from None
            names, row = list(found.column_names), np.asarray(found.optimized_params_np)
        return self._mode(names, row)

    def _mode(self, names: list[str], row: Array) -> Mode:
        kept = [position for position, name in enumerate(names) if name not in STATS]
        variables = complete(variables_of([names[position] for position in kept]), self._shapes)
        values = gather(variables, row[kept])
        parameters = {name: values[name] for name in self._compiled.parameters if name in values}
        return Mode(values, self.unconstrain(parameters), float(row[names.index("lp__")]))

    def _checked(self, values: Mapping[str, Any]) -> str:
        """Constrained values as JSON, once every parameter is there and nothing else."""
        known = self._compiled.parameters
        values = with_empty(values, self._shapes)
        missing, unknown = [n for n in known if n not in values], [n for n in values if n not in known]
        if missing or unknown:
            what = (
                f"starting values lack {listing(missing)}"
                if missing
                else f"no parameter is {listing(unknown)}"
            )
            raise DataError(what, expected=f"values of {listing(known, shown=20)}")
        return to_json({name: np.asarray(value, dtype=np.float64) for name, value in values.items()})

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        """Make lines that CmdStan names, those of the text it compiled, lines of the text asked for."""
        try:
            yield
        except (EngineError, DataError) as error:
            raise messages.moved(error, self._compiled.source, self._code) from None
