"""Bambi's model of a workload, sampled by nutpie: run by an interpreter that has both.

    python bambi_nutpie.py job.json

The job has the data (a Parquet file), Bambi's formula, family and priors, the iterations, the seeds and a
limit in seconds. A line of JSON is printed for each seed, with the file in which the draws are: those of
effects and of everything without units, as Bambi names them. Bambi has no correlated group-specific effects:
they are independent here.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings
from importlib.metadata import version
from pathlib import Path

import bambi
import numpy as np
import nutpie
import pandas as pd


def cpu() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def prior(name: str, parts: list) -> bambi.Prior:
    family, *numbers = parts
    keys = {"Normal": ("mu", "sigma"), "HalfNormal": ("sigma",)}[family]
    own = bambi.Prior(family, **dict(zip(keys, numbers, strict=True)))
    return bambi.Prior("Normal", mu=0, sigma=own) if "|" in name else own


def build(job: dict, frame: pd.DataFrame) -> bambi.Model:
    priors = {name: prior(name, parts) for name, parts in job["priors"].items()}
    if "Intercept" not in job["priors"]:
        raise ValueError("the prior of the intercept is missing")
    model = bambi.Model(
        job["formula"], frame, family=job["family"], priors=priors, center_predictors=False, noncentered=True
    )
    model.build()
    return model


def names_of_draws(model: bambi.Model) -> list[str]:
    """All but the means of rows, which would fill the memory."""
    rows = {"mu", "p", model.response_component.term.name}
    pymc_model = model.backend.model
    return [v.name for v in (*pymc_model.free_RVs, *pymc_model.deterministics) if v.name not in rows]


def sampled(compiled, job: dict, seed: int):
    """Trace, leapfrogs, whether all draws were made within the limit."""
    run = job["run"]
    sampler = nutpie.sample(
        compiled,
        draws=run["draws"],
        tune=run["warmup"],
        chains=run["chains"],
        cores=job["cores"],
        seed=seed,
        progress_bar=False,
        blocking=False,
    )
    try:
        return sampler.wait(timeout=job["limit"]), True
    except TimeoutError:
        return sampler.abort(), False


def rectangle(draws: dict) -> tuple[list[int], int]:
    """Chains that drew anything, and how many draws all of them have: a trace that was cut has holes."""
    arrays = [array.reshape(*array.shape[:2], int(np.prod(array.shape[2:]))) for array in draws.values()]
    lengths = np.min([np.isfinite(array).all(axis=2).sum(axis=1) for array in arrays], axis=0)
    whole = [int(chain) for chain in np.flatnonzero(lengths >= 8)]
    return whole, int(lengths[whole].min()) if whole else 0


def main() -> None:
    warnings.simplefilter("ignore")
    job = json.loads(Path(sys.argv[1]).read_text())
    frame = pd.read_parquet(job["data"])
    started, used = time.perf_counter(), cpu()
    model = build(job, frame)
    built, used_built = time.perf_counter(), cpu()
    compiled = nutpie.compile_pymc_model(
        model.backend.model, backend="numba", var_names=names_of_draws(model)
    )
    compiled_at, used_compiled = time.perf_counter(), cpu()
    for seed in job["seeds"]:
        start, before = time.perf_counter(), cpu()
        trace, done = sampled(compiled, job, seed)
        posterior = trace.posterior
        end, after = time.perf_counter(), cpu()
        draws = {
            str(name): posterior[name].to_numpy() for name in posterior.data_vars if "offset" not in str(name)
        }
        whole, n = rectangle(draws)
        path = f"{job['out']}-{seed}.npz"
        np.savez(path, **{name: array[whole, :n] for name, array in draws.items()})
        stats = trace.sample_stats
        print(
            json.dumps(
                {
                    "seed": seed,
                    "draws_file": path,
                    "finished": done,
                    "wall": {"bind": built - started, "build": compiled_at - built, "fit": end - start},
                    "cpu": {
                        "bind": used_built - used,
                        "build": used_compiled - used_built,
                        "fit": after - before,
                    },
                    "gradients": float(stats["n_steps"].sum()),
                    "divergences": int(stats["diverging"].sum()),
                    "versions": {name: version(name) for name in ("bambi", "pymc", "nutpie", "numba")},
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    main()
