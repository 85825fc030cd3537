"""Approximate posteriors: Laplace, Pathfinder and variational inference (decision 22)."""

from __future__ import annotations

import sys
from collections.abc import Collection

import numpy as np

from stanlevels.engines import RawDraws, Settings, choose_engine
from stanlevels.estimation.bayes.nuts import new_seed
from stanlevels.estimation.bayes.pareto import pareto_k, resampled
from stanlevels.estimation.bayes.posterior import Posterior

__all__ = ["APPROXIMATIONS", "approximate"]

APPROXIMATIONS = {
    "laplace": "Laplace approximation at the mode",
    "pathfinder": "Pathfinder",
    "advi": "automatic differentiation variational inference, full rank",
}


def approximate(
    posterior: Posterior,
    names: Collection[str],
    method: str,
    *,
    engine: str,
    draws: int,
    seed: int | None,
    progress: bool,
) -> tuple[RawDraws, Settings, float]:
    """Draws of the quantities `names` from an approximation, how they were made, and its Pareto k-hat.

    Raises
    ------
    EngineMissing
        If Pathfinder or variational inference is asked of the embedded engine.
    FitError
        If there is no mode, or the density does not fall away from it in every direction.
    """
    if engine == "auto":
        engine = "stanli" if method == "laplace" else "cmdstan"
    chosen, sentence = choose_engine(engine)
    if progress:
        print(sentence, file=sys.stderr)
    keep = posterior.variables(names)
    settings = Settings(chains=1, warmup=0, draws=draws, seed=new_seed(seed), progress=progress, keep=keep)
    prepared = chosen.prepare(
        posterior.text, posterior.stan_data, name=posterior.name, shapes=posterior.shapes
    )
    found = prepared.approximate(method, draws=draws, seed=settings.seed)
    ratios = found.log_p - found.log_q
    k = pareto_k(ratios)
    pick = np.arange(len(ratios))
    if method == "pathfinder":
        pick = resampled(ratios, draws, np.random.default_rng(settings.seed))
    raw = RawDraws(
        variables={name: found.variables[name][None, pick] for name in keep},
        stats={"lp": found.log_p[None, pick], "log_ratio": ratios[None, pick]},
        chains=(1,),
        failures=(),
        engine=chosen.name,
        versions={chosen.name: chosen.version()},
        seed=settings.seed,
        seconds={},
        step_size=np.full(1, np.nan),
        inverse_metric=None,
    )
    return raw, settings, k
