"""Full Bayes: run the sampler on a bound model, and put Stan's complaints in the model's words."""

from __future__ import annotations

import secrets
import sys
import warnings
from typing import TYPE_CHECKING, Any

from stanlevels.engines import Settings, choose_engine
from stanlevels.errors import CompileError, InitializationError, InternalError, StanlevelsWarning

if TYPE_CHECKING:
    from stanlevels.bound_model import BoundModel
    from stanlevels.engines import Engine, RawDraws
    from stanlevels.results.fit import Fit


def sample(model: BoundModel, *, engine: str, seed: int | None, progress: bool, **settings: Any) -> Fit:
    """Sample and wrap the draws; see `BoundModel.fit` for the parameters."""
    from stanlevels.results.fit import Fit

    chosen, sentence = choose_engine(engine)
    if progress and engine == "auto":
        print(sentence, file=sys.stderr)
    run = Settings(seed=_seed(seed), progress=progress, **settings)
    raw = draw(model, chosen, run)
    fit = Fit(model.name, model.data, model.planned, model.rendered, raw, run)
    if not (found := fit.diagnose()).ok:
        warnings.warn(found.sentence, StanlevelsWarning, stacklevel=4)
    return fit


def _seed(seed: int | None) -> int:
    return 1 + secrets.randbelow(2**31 - 2) if seed is None else seed


def draw(model: BoundModel, engine: Engine, settings: Settings) -> RawDraws:
    """Draws of a bound model's program, with errors that name its lines."""
    try:
        prepared = engine.prepare(model.stan_code, model.stan_data, name=model.name)
        return prepared.sample(settings)
    except CompileError as error:
        raise _refused(model, error) from error
    except InitializationError as error:
        from stanlevels.estimation.start import explain

        raise explain(model, error, settings.seed) from error


def _refused(model: BoundModel, error: CompileError) -> InternalError:
    """Stan refused a text that we wrote: say which line of the model it came from."""
    line = error.line
    text = model.stan_code.splitlines()[line - 1].strip() if line else ""
    source = model.rendered.sources.get(line or 0, "")
    where = f" at line {line} ({text})" if line else ""
    origin = f", which came from {source!r}" if source else ""
    return InternalError(f"Stan refused the program of {model.name}{where}{origin}: {error.found}")
