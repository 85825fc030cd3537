"""Full Bayes: run the sampler on a bound model, and put Stan's complaints in the model's words."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stanlevels.engines import Settings, choose_engine
from stanlevels.errors import CompileError, FitError, InitializationError, InternalError
from stanlevels.estimation.bayes.posterior import Posterior
from stanlevels.estimation.bayes.starting_values import completed, starts
from stanlevels.estimation.bayes.tuning import ORDINARY, Tuning, settled, tuned
from stanlevels.graph import ROWS

if TYPE_CHECKING:
    from stanlevels.engines import Engine, Prepared, RawDraws


def sample(
    posterior: Posterior,
    names: Collection[str] | None = None,
    *,
    engine: str,
    seed: int | None,
    progress: bool,
    warmup: int | None = None,
    tuning: Tuning | None = None,
    **settings: Any,
) -> tuple[RawDraws, Settings]:
    """Draws of the quantities `names` (by default of all), and the settings that made them.

    The other parameters are those of `fit` of bound models; `tuning` is what is known of the posterior.
    """
    chosen, sentence = choose_engine(engine)
    if progress and engine == "auto":
        print(sentence, file=sys.stderr)
    keep = posterior.variables(posterior.planned.recorded if names is None else names)
    if warmup is None:
        warmup = ORDINARY if tuning is None else tuning.warmup
    run = Settings(seed=new_seed(seed), progress=progress, keep=keep, warmup=warmup, **settings)
    return draw(posterior, chosen, run, tuning), run


def new_seed(seed: int | None) -> int:
    """The seed as given, or one drawn now."""
    return 1 + secrets.randbelow(2**31 - 2) if seed is None else seed


def draw(posterior: Posterior, engine: Engine, settings: Settings, tuning: Tuning | None = None) -> RawDraws:
    """Draws of a bound model's program, with errors that name its lines."""
    try:
        prepared = engine.prepare(
            posterior.text, posterior.stan_data, name=posterior.name, shapes=posterior.shapes
        )
        return _sample(posterior, prepared, settings, tuning)
    except CompileError as error:
        if posterior.data.size((ROWS,)) == 0 and engine.name == "stanli":
            raise _no_rows(posterior) from error
        raise _refused(posterior, error) from error
    except InitializationError as error:
        from stanlevels.estimation.bayes.failed_start import explain

        raise explain(posterior, error, settings.seed) from error


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
