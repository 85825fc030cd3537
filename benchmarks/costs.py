"""The prices of work in a gradient, measured on generated programs.

    python -m benchmarks.costs [stanli|cmdstan] [--quick]

Every example and every workload of the samplers' benchmark is planned in several ways; for each program the
work is counted (`stanlevels.plan.work`) and a gradient is timed. Prices are the non-negative ones whose
relative errors have the least sum of squares. Prints them, with how far each program is from what they say.
"""

from __future__ import annotations

import argparse
import importlib.util
import resource
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import nnls

import stanlevels as sl
from benchmarks.samplers.workloads import WORKLOADS
from stanlevels.bound_model import BoundModel
from stanlevels.engines import choose_engine
from stanlevels.plan.costs import PRICED
from stanlevels.plan.work import work_of

PLANS = {
    "planned": sl.Plan(),
    "sampled": sl.Plan(marginalize=False),
    "between": sl.Plan(marginalize=False, center="between"),
    "by row": sl.Plan(marginalize=False, compress=False, glm=False),
    "literal": sl.Plan.literal(),
}
_SMALL = {"store", "parquet", "movielens"}  # workloads whose rows would take minutes to read


class Weighted(sl.Model):
    """Flags with weights: a loop over rows where they are not in cells."""

    slope = sl.Normal(0, 1)
    flag = sl.Bernoulli(logit=slope * sl.data("x"), observed=True, weights="n")


class Counts(sl.Model):
    """Counts with more spread than Poisson ones, in groups."""

    group = sl.Level()
    shape = sl.HalfNormal(5)
    spread = sl.HalfNormal(1)
    effect = sl.Normal(1, spread, over=group)
    slope = sl.Normal(0, 1)
    count = sl.NegBinomial(log=effect + slope * sl.data("x"), shape=shape, observed=True)


class Heavy(sl.Model):
    """Measurements with outliers, in groups."""

    group = sl.Level()
    spread = sl.HalfNormal(1)
    noise = sl.HalfNormal(1)
    freedom = sl.Gamma(2, 0.1)
    effect = sl.Normal(0, spread, over=group)
    y = sl.StudentT(freedom, effect, noise, observed=True)


def _rows(n: int) -> pd.DataFrame:
    """Random rows for the models above."""
    rng = np.random.default_rng(n)
    columns = {"x": rng.normal(0, 1, n), "n": rng.integers(1, 4, n), "group": rng.integers(0, 40, n)}
    outcomes = {"flag": rng.integers(0, 2, n), "count": rng.poisson(3, n), "y": rng.normal(0, 1, n)}
    return pd.DataFrame({**columns, **outcomes})


def models() -> Iterator[tuple[str, type[sl.Model], Any]]:
    """Models with data, by name."""
    for model in (Weighted, Counts, Heavy):
        for n in (500, 20_000):
            yield f"{model.__name__.lower()} {n}", model, _rows(n)
    for path in sorted(Path("examples").glob("*.py")):
        if path.stem.startswith("make_"):
            continue
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[path.stem] = module
        spec.loader.exec_module(module)
        found = [m for m in vars(module).values() if isinstance(m, type) and issubclass(m, sl.Model)]
        yield path.stem, found[-1], module.load() if hasattr(module, "load") else module.simulate()[0]
    for name, workload in WORKLOADS.items():
        yield name, workload.model, workload.data(small=True)
        if not any(part in name for part in _SMALL):
            yield f"{name}, whole", workload.model, workload.data()


def programs() -> Iterator[tuple[str, BoundModel]]:
    """Every model under every plan; equal programs once."""
    for name, model, data in models():
        seen = set()
        for plan, given in PLANS.items():
            try:
                bound = model.bind(data, plan=given)
            except sl.StanlevelsError as error:
                print(f"# {name}, {plan}: {error}".splitlines()[0], file=sys.stderr)
                continue
            key = (str(bound.stan_code), bound.data.n_rows)
            if key not in seen:
                seen.add(key)
                yield f"{name}, {plan}", bound


def _of_chains(bound: BoundModel) -> float:
    """Microseconds of a gradient by what more draws of a chain take."""
    took, steps = [], []
    for draws in (20, 320):
        start = cpu(resource.RUSAGE_CHILDREN)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the chain is too short for its checks
            # short trajectories: what they cost is asked for here, not where they lead
            fit = bound.fit(
                engine="cmdstan",
                chains=1,
                warmup=100,
                draws=draws,
                max_depth=5,
                inits=0.1,
                seed=1,
                progress=False,
            )
        took.append(cpu(resource.RUSAGE_CHILDREN) - start)
        steps.append(float(np.asarray(fit.raw.stats["n_steps"]).sum()))
    return 1e6 * (took[1] - took[0]) / (steps[1] - steps[0])


def cpu(who: int = resource.RUSAGE_SELF) -> float:
    """Processor seconds of this process, or of its children."""
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def measured(bound: BoundModel, engine: str) -> float:
    """Microseconds of a gradient: on CmdStan from the seconds that a chain took."""
    posterior = bound.posterior
    prepared = choose_engine(engine)[0].prepare(
        posterior.text, posterior.stan_data, name=posterior.name, shapes=posterior.shapes
    )
    if engine == "cmdstan":
        return _of_chains(bound)
    point = np.full(prepared.n_unconstrained, 0.01)
    best, times = np.inf, 1
    for _ in range(5):
        start = cpu()
        for _ in range(times):
            prepared.log_density(point)
        took = (cpu() - start) / times
        best = min(best, took) if took > 0 else best
        times = max(1, min(2000, int(0.05 / max(took, 1e-6))))
    return 1e6 * best


def main() -> None:
    """Measure, and print prices and errors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", nargs="?", default="stanli", choices=("stanli", "cmdstan"))
    parser.add_argument("--most", type=int, default=10**9, help="programs to measure, spread over all")
    told = parser.parse_args()
    names, works, times = [], [], []
    every = list(programs())
    for name, bound in every[:: max(1, -(-len(every) // told.most))]:
        work, time = work_of(bound.planned, bound.data), measured(bound, told.engine)
        names.append(name)
        works.append(work.amounts)
        times.append(time)
        print(f"{name:50s} {time:12.1f}  {work}", flush=True)
    A, t = np.array(works), np.array(times)
    prices, _ = nnls(A / t[:, None], np.ones(len(t)))
    about = A @ prices
    for name, took, said in zip(names, t, about, strict=True):
        print(f"{name:50s} {took:12.1f} {said:12.1f} {said / took:6.2f}")
    print({n: float(f"{p:.2g}") for n, p in zip(PRICED, prices, strict=True)})
    errors = np.abs(np.log(about / t))
    half, most = np.exp(np.quantile(errors, (0.5, 0.9)))
    print(f"within a factor {half:.2f} (half), {most:.2f} (9 of 10)")


if __name__ == "__main__":
    main()
