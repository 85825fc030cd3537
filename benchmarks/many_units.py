"""What many units cost after sampling: memory at its peak, and seconds of diagnosis and tables.

    python benchmarks/many_units.py [--units 100000] [--draws 1000] [--chains 1 2 4]

A count of each unit is fitted on the embedded engine, with a step size for these data instead of a warm-up.
Each fit runs in a process of its own. Memory is given as a multiple of the draws that are recorded: of this
process, above what it held before the fit, and of the largest worker, which holds one chain with the helpers
that the program has.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time


def resident(who: int) -> float:
    """Largest resident memory so far, in bytes."""
    return resource.getrusage(who).ru_maxrss * 1024.0


def measure(units: int, draws: int, chains: int, centred: bool) -> dict[str, float]:
    """One fit and what is asked of it."""
    import arviz  # noqa: F401 (its own memory is not the fit's)
    import numpy as np
    import scipy.special  # noqa: F401

    import stanlevels as sl
    from stanlevels.estimation.bayes.nuts import sample
    from stanlevels.results.fit import Fit

    class Counts(sl.Model):
        unit = sl.Level()
        A = sl.Normal(1, 0.5, over=unit, centered=centred)
        y = sl.Poisson(log=A, observed=True)

    bound = Counts.bind({"unit": np.arange(units), "y": np.random.default_rng(1).poisson(3, units)})
    settings = {
        "warmup": 0,
        "draws": draws,
        "chains": chains,
        "max_depth": 3,
        "step_size": 0.2,
        "parallel": 2,
    }
    posterior = bound.posterior
    before, start = resident(resource.RUSAGE_SELF), time.perf_counter()
    raw, run, _ = sample(posterior, engine="stanli", seed=1, progress=False, **settings)
    times = {"fit": time.perf_counter() - start, "sampling": float(raw.seconds["sampling"].sum())}
    fit = Fit(bound.name, bound.data, bound.named, bound.rendered, raw, run)
    peak = resident(resource.RUSAGE_SELF) - before
    for name, ask in {
        "diagnose": lambda: fit.diagnose(),
        "summary": lambda: fit.summary(),
        "effects": lambda: fit.effects("A"),
        "idata": lambda: fit.idata,
    }.items():
        start, processor = time.perf_counter(), time.process_time()
        ask()
        times[name] = time.perf_counter() - start
        times[f"{name} CPU"] = time.process_time() - processor
    size = sum(values.nbytes for values in fit.raw.variables.values())
    return {
        "GB": size / 1e9,
        "peak": peak / size,
        "peak after tables": (resident(resource.RUSAGE_SELF) - before) / size,
        "worker": resident(resource.RUSAGE_CHILDREN) / (size / chains),
        **times,
    }


def main() -> None:
    """A line for each number of chains and each form."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--units", type=int, default=100_000)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--chains", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--form", nargs="+", default=["non-centred"], choices=["centred", "non-centred"])
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(given.units, given.draws, given.chains[0], given.form[0] == "centred")))
        return
    for form in given.form:
        for chains in given.chains:
            command = [sys.executable, __file__, "--one", "--form", form, "--chains", str(chains)]
            command += ["--units", str(given.units), "--draws", str(given.draws)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            found = json.loads(done.stdout.splitlines()[-1])
            said = "  ".join(f"{name} {value:.2f}" for name, value in found.items())
            print(f"{form}, {chains} x {given.draws} draws of {given.units:,} units: {said}", flush=True)


if __name__ == "__main__":
    main()
