"""Full Bayes: run the sampler on a bound model, and put Stan's complaints in the model's words."""

from __future__ import annotations

import contextlib
import secrets
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from stanlevels.engines import Settings, choose_engine
from stanlevels.engines.chain import NUTPIE
from stanlevels.errors import CompileError, FitError, InitializationError, InternalError
from stanlevels.estimation.bayes import precondition
from stanlevels.estimation.bayes.by_nutpie import by_nutpie
from stanlevels.estimation.bayes.descent import Density
from stanlevels.estimation.bayes.posterior import Posterior
from stanlevels.estimation.bayes.starting_values import completed, starts
from stanlevels.estimation.bayes.trouble import CALM, USUAL, disagree, diverges
from stanlevels.estimation.bayes.tuning import ORDINARY, Tuning, settled, tuned
from stanlevels.graph import ROWS
from stanlevels.records import Record

if TYPE_CHECKING:
    from stanlevels.engines import Engine, Prepared, RawDraws


Again = Callable[[Density | None], Tuning]
"""What makes a tuning of an earlier fit, given the log density where it can be had in this process."""


class Sampled(NamedTuple):
    """Draws, the settings that made them, and what was decided about them."""

    raw: RawDraws
    settings: Settings
    records: tuple[Record, ...]


def sample(
    posterior: Posterior,
    names: Collection[str] | None = None,
    *,
    engine: str,
    seed: int | None,
    progress: bool,
    warmup: int | None = None,
    target_accept: float | None = None,
    tuning: Tuning | None = None,
    again: Again | None = None,
    **settings: Any,
) -> Sampled:
    """Draws of the quantities `names` (by default of all), and how they were made.

    The other parameters are those of `fit` of bound models; `tuning` is what is known of the posterior,
    `again` makes it of an earlier fit. What a pilot or an earlier fit tuned and a person did not is run again
    where it went wrong: with smaller steps where draws diverged, by Stan's own warm-up where chains disagree.
    """
    chosen, sentence = choose_engine(engine)
    if progress and engine == "auto":
        print(sentence, file=sys.stderr)
    keep = posterior.variables(posterior.planned.recorded if names is None else names)
    accept = USUAL if target_accept is None else target_accept
    settings |= {"keep": keep, "warmup": warmup or 0, "target_accept": accept}
    run = Settings(seed=new_seed(seed), progress=progress, **settings)
    with _explained(posterior, chosen, run.seed):
        prepared = _prepared(posterior, chosen)
        if chosen.name == NUTPIE:
            started = again(prepared.log_density) if again is not None else tuning
            return _by_nutpie(posterior, prepared, run, warmup, started)
        records: tuple[Record, ...] = ()
        given = tuning is not None
        if again is not None:
            program = precondition.interpreted(posterior, prepared)
            tuning = again(None if program is None else program.log_density)
            records = (Record("sampling", "start", tuning.decision, tuning.reason, "leave start= out"),)
        elif tuning is None:
            tuning, record = _precondition(posterior, prepared, run)
            records = (record,)
        if warmup is None:
            run = replace(run, warmup=ORDINARY if tuning is None else tuning.warmup)
        if target_accept is None and tuning is not None and tuning.target_accept is not None:
            run = replace(run, target_accept=tuning.target_accept)
        along, built = posterior, prepared
        if tuning is not None and tuning.posterior is not None:
            along, built = tuning.posterior, _prepared(tuning.posterior, chosen)
        found = Sampled(_sample(along, built, run, tuning), run, records)
        if tuning is None or found.raw.interrupted:
            return found
        if target_accept is None and diverges(found.raw):
            found = _again(along, built, found, tuning)
        if not given and warmup is None and disagree(found.raw):
            found = _as_stan_does(posterior, prepared, found)
        return found


def _by_nutpie(
    posterior: Posterior, prepared: Prepared, run: Settings, warmup: int | None, started: Tuning | None
) -> Sampled:
    """Draws of nutpie, which takes from an earlier fit where chains start, and no metric."""
    run, record = by_nutpie(posterior, run, warmup)
    if started is None:
        return Sampled(_sample(posterior, prepared, run, None), run, (record,))
    at = Record(
        "sampling", "start", "starts from the fit that start= names", started.reason, "leave start= out"
    )
    there = replace(run, inits=list(started.inits))
    return Sampled(_sample(posterior, prepared, there, None), run, (at, record))


def _again(posterior: Posterior, prepared: Prepared, found: Sampled, tuning: Tuning | None) -> Sampled:
    """The same with smaller steps."""
    run = replace(found.settings, target_accept=CALM)
    n, of = diverges(found.raw), found.raw.stats["diverging"].size
    reason = f"{n:,} of {of:,} draws diverged with target_accept={found.settings.target_accept}"
    record = Record("sampling", "precondition", f"run again with target_accept={CALM}", reason)
    return Sampled(_sample(posterior, prepared, run, tuning), run, (*found.records, record))


def _as_stan_does(posterior: Posterior, prepared: Prepared, found: Sampled) -> Sampled:
    """The same without what a pilot or an earlier fit told."""
    run = replace(found.settings, warmup=ORDINARY)
    record = precondition.ordinary(
        f"run again: after a short warm-up chains disagreed on {disagree(found.raw)}"
    )
    return Sampled(_sample(posterior, prepared, run, None), run, (*found.records, record))


def new_seed(seed: int | None) -> int:
    """The seed as given, or one drawn now."""
    return 1 + secrets.randbelow(2**31 - 2) if seed is None else seed


def draw(posterior: Posterior, engine: Engine, settings: Settings, tuning: Tuning | None = None) -> RawDraws:
    """Draws of a bound model's program as settings say, with errors that name its lines."""
    with _explained(posterior, engine, settings.seed):
        return _sample(posterior, _prepared(posterior, engine), settings, tuning)


def _prepared(posterior: Posterior, engine: Engine) -> Prepared:
    return engine.prepare(posterior.text, posterior.stan_data, name=posterior.name, shapes=posterior.shapes)


@contextlib.contextmanager
def _explained(posterior: Posterior, engine: Engine, seed: int) -> Iterator[None]:
    """Put Stan's complaints in the model's words."""
    try:
        yield
    except CompileError as error:
        if posterior.data.size((ROWS,)) == 0 and engine.name in ("stanli", NUTPIE):
            raise _no_rows(posterior) from error
        raise _refused(posterior, error) from error
    except InitializationError as error:
        from stanlevels.estimation.bayes.failed_start import explain

        raise explain(posterior, error, seed) from error


def _precondition(posterior: Posterior, prepared: Prepared, run: Settings) -> tuple[Tuning | None, Record]:
    """What a pilot says; nothing where a person said where chains start."""
    if run.inits is not None:
        return None, precondition.ordinary("inits= says where chains start")
    metric = posterior.planned.decided.metric
    return precondition.precondition(posterior, prepared, run.chains, run.seed, metric)


def _sample(posterior: Posterior, prepared: Prepared, settings: Settings, tuning: Tuning | None) -> RawDraws:
    """Sample as a tuning says; else from starts that were given, else from our own near the priors' middle,
    and from Stan's where ours have no density.
    """
    if tuning is not None:
        return settled(prepared.sample(tuned(settings, tuning)), settings)
    if settings.inits is not None:
        return prepared.sample(replace(settings, inits=completed(posterior, settings)))
    near = [starts(posterior, settings.seed, chain) for chain in range(1, settings.chains + 1)]
    try:
        return prepared.sample(replace(settings, inits=near))
    except InitializationError:
        return prepared.sample(settings)


def _no_rows(posterior: Posterior) -> FitError:
    """The embedded interpreter cannot read an empty array of whole numbers."""
    return FitError(
        f"the data of {posterior.name} have no rows, and the embedded interpreter cannot read whole numbers"
        " from an empty column",
        expected="at least one row, or CmdStan",
        way_out="engine='cmdstan' samples the prior from data without rows",
    )


def _refused(posterior: Posterior, error: CompileError) -> InternalError:
    """Stan refused a text that we wrote: say which line of the model it came from."""
    line = error.line
    text = posterior.text.splitlines()[line - 1].strip() if line else ""
    source = posterior.sources.get(line or 0, "")
    where = f" at line {line} ({text})" if line else ""
    origin = f", which came from {source!r}" if source else ""
    return InternalError(f"Stan refused the program of {posterior.name}{where}{origin}: {error.found}")
