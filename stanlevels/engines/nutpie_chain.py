"""One chain of nutpie's sampler over stanli's gradients, in a worker.

nutpie adapts a metric by itself, diagonal or of low rank, from draws and gradients (Seyboldt, Carlson and
Carpenter 2026). It sees unconstrained points alone: everything else that a draw holds is computed from them
after the run.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.engines.base import Settings
from stanlevels.engines.chain import STATS, ChainDraws, ChainJob
from stanlevels.engines.console import Report
from stanlevels.engines.stanli_chain import build, still
from stanlevels.errors import EngineMissing, InitializationError

__all__ = ["draw", "package", "run_chain"]

_RADIUS = 2.0
_TRIES = 100
_JITTER = 1e-3  # a start with a slope of 0 along a coordinate tells nutpie no scale: it is moved a little
_AT_ONCE = 250  # draws that are completed at once
_NAMES = {
    "lp__": "logp",
    "accept_stat__": "mean_tree_accept",
    "stepsize__": "step_size_bar",
    "treedepth__": "depth",
    "n_leapfrog__": "n_steps",
    "divergent__": "diverging",
    "energy__": "energy",
}


class _Refused(ValueError):
    """A point that a distribution refuses: the trajectory ends there, the chain goes on."""

    is_recoverable = True


class _Progress:
    """Counts draws as nutpie hands them over, warm-up first, and sees when warm-up was over."""

    def __init__(self, settings: Settings, report: Report) -> None:
        self._warmup = settings.warmup
        self._every = max(1, (settings.warmup + settings.draws) // 100)
        self._report = report
        self._done = 0
        self._start = self._warm = time.perf_counter()

    def __call__(self, point: Array) -> dict[str, Array]:
        self._done += 1
        if self._done <= self._warmup:
            self._warm = time.perf_counter()
        if self._done % self._every == 0:
            self._report(self._done)
        return {"point": np.array(point)}

    def seconds(self) -> dict[str, float]:
        """Under "warmup" and "sampling", now that all is drawn."""
        return {"warmup": self._warm - self._start, "sampling": time.perf_counter() - self._warm}


def run_chain(job: ChainJob, folder: Path, report: Report) -> ChainDraws:
    """Run one chain in a worker of its own."""
    start = time.perf_counter()
    model = build(job.program, (folder.parent / "data.json").read_text(encoding="utf-8"))
    return draw(model, job, time.perf_counter() - start, report)


def draw(model: Any, job: ChainJob, build: float, report: Report) -> ChainDraws:
    """Run one chain of a model that is built; `build` is how many seconds that took."""
    settings, n = job.settings, int(model.n_unconstrained)
    starts = _starts(model, job)
    nutpie = package()
    from nutpie.compiled_pyfunc import from_pyfunc

    progress = _Progress(settings, report)
    compiled = from_pyfunc(
        n,
        lambda: partial(_density, model),
        lambda *_: progress,
        [np.dtype(np.float64)],
        [(n,)],
        ["point"],
        make_initial_point_fn=lambda _: starts(),
    )
    given = {} if settings.step_size is None else {"initial_step": float(settings.step_size)}
    try:
        found = nutpie.sample(
            compiled,
            draws=settings.draws,
            tune=settings.warmup,
            chains=1,
            cores=1,
            seed=job.seed,
            save_warmup=settings.save_warmup,
            progress_bar=False,
            low_rank_modified_mass_matrix=settings.metric == "low_rank",
            target_accept=settings.target_accept,
            maxdepth=settings.max_depth,
            **given,
        )
    except RuntimeError as error:
        from stanlevels.engines import messages

        raise messages.run_error(_first_lines(str(error)), job.chain) from None
    seconds = progress.seconds()
    points = _rows(found, "posterior", "point", settings)
    return ChainDraws(
        columns=tuple(model._column_names()[0]),
        draws=_complete(model, points, job.seed),
        stats=_stats(found, settings),
        step_size=float(np.asarray(found.sample_stats["step_size_bar"])[0, -1]),
        inverse_metric=None,
        seconds={"build": build, **seconds},
    )


def package() -> Any:
    """The package nutpie.

    Raises
    ------
    EngineMissing
        If it is not installed.
    """
    try:
        import nutpie
    except ImportError as error:
        raise EngineMissing(
            f"nutpie's sampler is not available: {error}",
            way_out="pip install stanlevels[nutpie], or use engine='stanli'",
        ) from None
    return nutpie


def _density(model: Any, point: Array) -> tuple[float, Array]:
    try:
        value, slope = model.log_prob_grad(point)
    except RuntimeError:
        raise _Refused("a distribution refused its arguments") from None
    return value, slope


def _starts(model: Any, job: ChainJob) -> Callable[[], Array]:
    """What gives a start with a finite density each time that nutpie asks for another.

    Raises
    ------
    InitializationError
        If there is none.
    """
    rng = np.random.default_rng(job.seed)
    n = int(model.n_unconstrained)
    asked = 0

    def start() -> Array:
        nonlocal asked
        asked += 1
        if isinstance(job.init, np.ndarray):
            return job.init + _JITTER * rng.normal(size=n) * (asked > 1)
        radius = _RADIUS if job.init is None else float(job.init)
        return rng.uniform(-radius, radius, n) + _JITTER * rng.normal(size=n) * (radius == 0 and asked > 1)

    def finite() -> Array:
        for _ in range(_TRIES):
            point = start()
            try:
                value, slope = model.log_prob_grad(point)
            except RuntimeError:
                continue
            if np.isfinite(value) and np.isfinite(slope).all():
                return point
        raise InitializationError(
            f"no starting point with a finite log density was found in {_TRIES} attempts",
            way_out="give starting values with inits=, or narrow the priors to possible values",
        )

    first = [finite()]
    return lambda: first.pop() if first else finite()


def _complete(model: Any, points: Array, seed: int) -> Array:
    """The columns of draws at unconstrained points, a part at a time, each with a stream of its own."""
    pieces = range(0, len(points), _AT_ONCE)
    seeds = np.random.SeedSequence([seed, len(points)]).generate_state(len(pieces), np.uint32)
    parts = [
        still(model, points[first : first + _AT_ONCE], int(own))
        for first, own in zip(pieces, seeds, strict=True)
    ]
    return np.concatenate(parts)


def _rows(found: Any, group: str, name: str, settings: Settings) -> Array:
    """What a group holds of the only chain, warm-up first where it was saved."""
    parts = [np.asarray(found[group][name], dtype=np.float64)[0]]
    if settings.save_warmup:
        parts.insert(0, np.asarray(found[f"warmup_{group}"][name], dtype=np.float64)[0])
    return np.concatenate(parts)


def _stats(found: Any, settings: Settings) -> Array:
    named: Mapping[str, str] = _NAMES
    return np.column_stack([_rows(found, "sample_stats", named[column], settings) for column in STATS])


def _first_lines(text: str) -> str:
    """What nutpie says, without the places in its own code."""
    return re.split(r"\n\s*Stack backtrace", text)[0].strip()
