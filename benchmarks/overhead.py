"""What a fit costs beyond sampling: from `fit()` to InferenceData, for radon on the embedded engine.

    python benchmarks/overhead.py [--repeats 5] [--profile]

The sampler's own time is what its chains report (warm-up and sampling), summed over the waves in which they
ran: with fewer processors than chains some wait for others. The rest is ours: binding, planning, writing the
program, starting processes, reading draws, and making the InferenceData. The first fit of a process also
loads ArviZ, pandas and the rest; the others are what counts in a session or notebook.
"""

from __future__ import annotations

import argparse
import cProfile
import itertools
import os
import pstats
import subprocess
import sys
import time
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
CHAINS = 4


def sampling_seconds(raw, parallel: int) -> float:
    """Wall time of the sampling itself: the longest chain of every wave."""
    seconds = raw.seconds["warmup"] + raw.seconds["sampling"]
    free = [0.0] * min(parallel, len(seconds))
    for chain in seconds:  # each chain starts where a processor is free first
        free.sort()
        free[0] += float(chain)
    return max(free)


def once(model, data, parallel: int) -> dict[str, float]:
    """Seconds of the steps from data to InferenceData."""
    times = [time.perf_counter()]
    bound = model.bind(data)
    times.append(time.perf_counter())
    fit = bound.fit(engine="stanli", seed=1, chains=CHAINS, parallel=parallel, progress=False)
    times.append(time.perf_counter())
    _ = fit.idata
    times.append(time.perf_counter())
    sampling = sampling_seconds(fit.raw, parallel)
    bind, fitting, convert = (b - a for a, b in itertools.pairwise(times))
    total = times[-1] - times[0]
    return {
        "bind": bind,
        "fit": fitting,
        "of it sampling": sampling,
        "idata": convert,
        "total": total,
        "outside the sampler": total - sampling,
    }


def table(rows: dict[str, dict[str, float]]) -> str:
    """Rows of seconds under headings."""
    headings = list(next(iter(rows.values())))
    lines = [" " * 10 + "".join(f"{heading:>21s}" for heading in headings)]
    lines += [f"{name:10s}" + "".join(f"{row[h]:21.2f}" for h in headings) for name, row in rows.items()]
    return "\n".join(lines)


def whole_process() -> float:
    """Seconds of a fresh interpreter that fits once and makes the InferenceData."""
    code = "import radon; radon.Radon.fit(radon.load(), engine='stanli', seed=1, progress=False).idata"
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], cwd=EXAMPLES, check=True)
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--profile", action="store_true", help="also profile a warm fit")
    args = parser.parse_args()
    parallel = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    sys.path.insert(0, str(EXAMPLES))
    start = time.perf_counter()
    from radon import Radon, load

    data = load()
    print(f"radon, {CHAINS} chains on {parallel} processors; seconds")
    print(f"loading stanlevels and pandas: {time.perf_counter() - start:.2f}")
    rows = {"first": once(Radon, data, parallel)}
    warm = [once(Radon, data, parallel) for _ in range(args.repeats)]
    rows["warm"] = sorted(warm, key=lambda row: row["outside the sampler"])[len(warm) // 2]
    print(table(rows))
    print(f"a whole cold process, interpreter and imports included: {whole_process():.2f}")
    if args.profile:
        profile = cProfile.Profile()
        profile.runcall(once, Radon, data, parallel)
        pstats.Stats(profile).sort_stats("cumulative").print_stats(45)


if __name__ == "__main__":
    main()
