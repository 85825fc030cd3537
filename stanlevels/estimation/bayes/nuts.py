"""Full Bayes: run the sampler on a bound model, and put Stan's complaints in the model's words."""

from __future__ import annotations

import secrets
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stanlevels.engines import Settings, choose_engine
from stanlevels.errors import CompileError, FitError, InitializationError, InternalError
from stanlevels.estimation.bayes.starting_values import completed, starts

if TYPE_CHECKING:
    from stanlevels.bound_model import BoundModel
    from stanlevels.engines import Engine, Prepared, RawDraws


def sample(
    model: BoundModel, *, engine: str, seed: int | None, progress: bool, **settings: Any
) -> tuple[RawDraws, Settings]:
    """Draws, and the settings that made them; see `BoundModel.fit` for the parameters."""
    chosen, sentence = choose_engine(engine)
    if progress and engine == "auto":
        print(sentence, file=sys.stderr)
    run = Settings(seed=new_seed(seed), progress=progress, **settings)
    return draw(model, chosen, run), run


def new_seed(seed: int | None) -> int:
    """The seed as given, or one drawn now."""
    return 1 + secrets.randbelow(2**31 - 2) if seed is None else seed


def draw(model: BoundModel, engine: Engine, settings: Settings) -> RawDraws:
    """Draws of a bound model's program, with errors that name its lines."""
    try:
        prepared = engine.prepare(model.stan_code, model.stan_data, name=model.name)
        return _sample(model, prepared, settings)
    except CompileError as error:
        if model.data.n_rows == 0 and engine.name == "stanli":
            raise _no_rows(model) from error
        raise _refused(model, error) from error
    except InitializationError as error:
        from stanlevels.estimation.bayes.failed_start import explain

        raise explain(model, error, settings.seed) from error


def _sample(model: BoundModel, prepared: Prepared, settings: Settings) -> RawDraws:
    """Sample from our own starting points, or those given; from Stan's where ours have no density."""
    if settings.inits is not None:
        return prepared.sample(replace(settings, inits=completed(model, settings)))
    near = [starts(model, settings.seed, chain) for chain in range(1, settings.chains + 1)]
    try:
        return prepared.sample(replace(settings, inits=near))
    except InitializationError:
        return prepared.sample(settings)


def _no_rows(model: BoundModel) -> FitError:
    """The embedded interpreter cannot read an empty array of whole numbers."""
    return FitError(
        f"the data of {model.name} have no rows, and the embedded interpreter cannot read whole numbers"
        " from an empty column",
        expected="at least one row, or CmdStan",
        way_out="engine='cmdstan' samples the prior from data without rows",
    )


def _refused(model: BoundModel, error: CompileError) -> InternalError:
    """Stan refused a text that we wrote: say which line of the model it came from."""
    line = error.line
    text = model.stan_code.splitlines()[line - 1].strip() if line else ""
    source = model.rendered.sources.get(line or 0, "")
    where = f" at line {line} ({text})" if line else ""
    origin = f", which came from {source!r}" if source else ""
    return InternalError(f"Stan refused the program of {model.name}{where}{origin}: {error.found}")
