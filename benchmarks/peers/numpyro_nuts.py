"""NumPyro's NUTS on a workload: run by an interpreter that has NumPyro.

    python numpyro_nuts.py job.json

Chains run in threads, as many at a time as the job has cores, in pieces of some iterations, so that a limit
of time can be kept and what was drawn until then is reported. Compiling is done once, ahead, and is timed
apart.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import jax
import numpy as np
import pandas as pd
from jax import lax
from numpyro.infer import NUTS

sys.path.insert(0, str(Path(__file__).parent))
from numpyro_models import MODELS, arguments

_PIECE = 20


def cpu() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


class Sampler:
    """A model's kernel with its compiled pieces."""

    def __init__(self, job: dict, data: dict) -> None:
        self.kernel = NUTS(MODELS[job["workload"]], target_accept_prob=0.8)
        self.run, self.data = job["run"], data
        state = self.start(0)
        constrain = self.kernel.postprocess_fn((self.data,), {})

        def several(state):
            def step(state, _):
                state = self.kernel.sample(state, (self.data,), {})
                return state, (constrain(state.z), state.num_steps, state.diverging)

            return lax.scan(step, state, None, length=_PIECE)

        self.several = jax.jit(several).lower(state).compile()

    def start(self, seed: int):
        """A state before warm-up."""
        key = jax.random.key(seed)
        return self.kernel.init(key, self.run["warmup"], None, (self.data,), {})

    def chain(self, state, until: float):
        """Draws after warm-up, leapfrogs, divergences, and whether all were made."""
        total = self.run["warmup"] + self.run["draws"]
        kept, steps, diverging, done = [], 0, 0, 0
        while done < total and time.perf_counter() < until:
            state, (draws, n, bad) = self.several(state)
            jax.block_until_ready(state)
            done += _PIECE
            if done > self.run["warmup"]:
                kept.append({k: np.asarray(v) for k, v in draws.items() if not k.endswith("_raw")})
                steps, diverging = steps + int(n.sum()), diverging + int(bad.sum())
        return kept, steps, diverging, done >= total


def joined(chains: list) -> dict[str, np.ndarray]:
    """As many draws of every chain, by name."""
    pieces = min(len(kept) for kept, *_ in chains)
    if not pieces:
        return {}
    names = chains[0][0][0]
    return {
        name: np.stack([np.concatenate([piece[name] for piece in kept[:pieces]]) for kept, *_ in chains])
        for name in names
    }


def main() -> None:
    job = json.loads(Path(sys.argv[1]).read_text())
    frame = pd.read_parquet(job["data"])
    assert job["run"]["warmup"] % _PIECE == 0, "warm-up comes in whole pieces"
    started, used = time.perf_counter(), cpu()
    data = arguments(frame)
    bound, used_bound = time.perf_counter(), cpu()
    sampler = Sampler(job, data)
    built, used_built = time.perf_counter(), cpu()
    for seed in job["seeds"]:
        start, before = time.perf_counter(), cpu()
        with ThreadPoolExecutor(job["cores"]) as pool:
            until = start + job["limit"]
            # NumPyro's handlers are not safe for threads: the model itself is run here
            states = [sampler.start(1000 * seed + c) for c in range(job["run"]["chains"])]
            chains = list(pool.map(partial(sampler.chain, until=until), states))
        chains = [chain for chain in chains if chain[0]] or chains
        draws = joined(chains)
        end, after = time.perf_counter(), cpu()
        path = f"{job['out']}-{seed}.npz"
        np.savez(path, **draws)
        print(
            json.dumps(
                {
                    "seed": seed,
                    "draws_file": path,
                    "finished": all(chain[3] for chain in chains) and len(chains) == job["run"]["chains"],
                    "wall": {"bind": bound - started, "build": built - bound, "fit": end - start},
                    "cpu": {
                        "bind": used_bound - used,
                        "build": used_built - used_bound,
                        "fit": after - before,
                    },
                    "gradients": float(sum(chain[1] for chain in chains)),
                    "divergences": sum(chain[2] for chain in chains),
                    "versions": {name: version(name) for name in ("numpyro", "jax")},
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    main()
