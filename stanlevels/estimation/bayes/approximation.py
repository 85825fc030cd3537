"""Approximate posteriors: Laplace, Pathfinder and variational inference (decision 22)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.engines import RawDraws, Settings, choose_engine
from stanlevels.errors import EngineMissing, FitError
from stanlevels.estimation.bayes.nuts import new_seed
from stanlevels.estimation.bayes.pareto import pareto_k, resampled
from stanlevels.estimation.bayes.posterior import Posterior
from stanlevels.estimation.point.optimum import hessian

if TYPE_CHECKING:
    from stanlevels.engines.approximate import Approximation

__all__ = ["APPROXIMATIONS", "approximate"]

Array = np.ndarray[Any, Any]

APPROXIMATIONS = {
    "laplace": "Laplace approximation at the mode",
    "pathfinder": "Pathfinder",
    "advi": "automatic differentiation variational inference, full rank",
}
_LARGEST = 3000  # unknowns of a dense Hessian


def approximate(
    posterior: Posterior, method: str, *, engine: str, draws: int, seed: int | None, progress: bool
) -> tuple[RawDraws, Settings, float]:
    """Draws from an approximation, how they were made, and its Pareto k-hat.

    Raises
    ------
    EngineMissing
        If Pathfinder or variational inference is asked of the embedded engine.
    FitError
        If there is no mode, or the density does not fall away from it in every direction.
    """
    from stanlevels.engines.stanli import StanliProgram

    if method != "laplace" and engine == "auto":
        engine = "cmdstan"
    if method != "laplace" and engine != "cmdstan":
        raise EngineMissing(
            f"method={method!r} needs CmdStan, and engine={engine!r} was asked for",
            way_out="use engine='cmdstan', or method='laplace', which needs none",
        )
    chosen, sentence = choose_engine("stanli" if engine == "auto" else engine)
    if progress:
        print(sentence, file=sys.stderr)
    settings = Settings(chains=1, warmup=0, draws=draws, seed=new_seed(seed), progress=progress)
    prepared = chosen.prepare(posterior.text, posterior.stan_data, name=posterior.name)
    if isinstance(prepared, StanliProgram):
        found = _laplace(prepared, draws, settings.seed)
    else:
        from stanlevels.engines.approximate import approximate_by_cmdstan

        found = approximate_by_cmdstan(prepared, method, draws=draws, seed=settings.seed)  # type: ignore[arg-type]
    ratios = found.log_p - found.log_q
    k = pareto_k(ratios)
    pick = np.arange(len(ratios))
    if method == "pathfinder":
        pick = resampled(ratios, draws, np.random.default_rng(settings.seed))
    raw = RawDraws(
        variables={name: values[None, pick] for name, values in found.variables.items()},
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


def _laplace(program: Any, draws: int, seed: int) -> Approximation:
    """The normal distribution at the mode, with the curvature of the log density there."""
    from stanlevels.engines.approximate import Approximation, constrained

    if program.n_unconstrained > _LARGEST:
        raise FitError(
            f"a Laplace approximation of {program.n_unconstrained:,} unknowns needs a matrix of that size",
            expected=f"at most {_LARGEST:,}",
            way_out="use method='mle', which integrates the random variables out, or method='nuts'",
        )
    mode = program.optimize(seed=seed).unconstrained

    def fall(q: Array) -> tuple[float, Array]:
        value, gradient = program.log_density(q)
        return -value, -gradient

    root = _root(hessian(fall, mode), fall(mode)[1])
    standard = np.random.default_rng(seed).normal(size=(draws, len(mode)))
    points = mode + np.linalg.solve(root.T, standard.T).T
    log_p = np.array([program.log_density(q)[0] for q in points])
    log_q = -np.square(standard).sum(axis=1) / 2
    return Approximation(constrained(program, points), log_p, log_q)


def _root(H: Array, gradient: Array) -> Array:
    try:
        if not np.all(np.isfinite(H)):
            raise np.linalg.LinAlgError
        root = np.linalg.cholesky(H)
    except np.linalg.LinAlgError:
        raise FitError(
            "the posterior has no mode with a curvature in every direction: in a centred model the density"
            " rises without bound as a standard deviation goes to 0",
            expected="a mode",
            way_out="write centered=False in the line of the random variable, or use method='nuts'",
        ) from None
    step = np.linalg.solve(root.T, np.linalg.solve(root, gradient))
    if float(gradient @ step) > 1.0:
        raise FitError(
            "the optimiser stopped before it reached a mode of the posterior",
            way_out="use method='nuts'",
        )
    return np.asarray(root)
