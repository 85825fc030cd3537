"""When is the centred form of effects better? The experiment behind the rule of `passes/center.py`.

Balanced one-way data whose estimates are exact, for several numbers of units and values of lambda. Each data
set is sampled in both forms by the embedded engine. Reported is the smallest effective sample size (bulk and
tail, of the effects' sd, its logarithm and their mean) per 1,000 draws, and the number of divergences in
2,000 draws, both as medians over replicates:

    python benchmarks/centring.py [replicates] > benchmarks/centring.txt
"""

from __future__ import annotations

import sys
import warnings

import numpy as np

import stanlevels as sl
from stanlevels.errors import FitError

UNITS = (5, 8, 12, 20, 30, 60, 120)
LAMBDAS = (0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 15.0)
ROWS = 4
DRAWS = 1000


def model(centred: bool) -> type[sl.Model]:
    """A normal model of groups in one of the two forms."""
    g, a, sd, noise = sl.Level(), sl.Normal(0, 10), sl.HalfNormal(5), sl.HalfNormal(5)
    u = sl.Normal(a, sd, over=g, centered=centred)
    y = sl.Normal(u, noise, observed=True)
    return sl.Model.define("Groups", {"g": g, "a": a, "sd": sd, "noise": noise, "u": u, "y": y})


def data(units: int, lam: float, seed: int) -> dict[str, np.ndarray]:
    """Balanced data with residual sd 1 and the variance of effects such that lambda is exact."""
    rng = np.random.default_rng([seed, units])
    between = rng.normal(size=units)
    between -= between.mean()
    between *= np.sqrt((lam + 1) / ROWS * (units - 1) / np.sum(between**2))
    within = rng.normal(size=(units, ROWS))
    within -= within.mean(axis=1, keepdims=True)
    within *= np.sqrt(units * (ROWS - 1) / np.sum(within**2))
    return {"g": np.repeat(np.arange(units), ROWS), "y": (between[:, None] + within).ravel()}


def measured(centred: bool, units: int, lam: float, seed: int) -> tuple[float, int]:
    """The smallest effective sample size of a thousand draws, and divergences in 2,000."""
    import arviz as az

    try:
        fit = model(centred).fit(
            data(units, lam, seed),
            engine="stanli",
            seed=seed,
            chains=2,
            warmup=500,
            draws=DRAWS,
            progress=False,
        )
    except FitError:
        return 0.0, DRAWS
    posterior = az.convert_to_dataset(fit.idata)[["a", "sd"]]
    posterior["log_sd"] = np.log(posterior["sd"])
    sizes = az.ess(posterior), az.ess(posterior, method="tail", prob=(0.05, 0.95))
    smallest = min(float(size.to_array().min()) for size in sizes)
    return smallest / 2, int(fit.idata.sample_stats["diverging"].sum())


def main(replicates: int) -> None:
    """Print a line for each number of units and lambda."""
    warnings.simplefilter("ignore")
    print("units lambda | centred: ESS divergences | non-centred: ESS divergences", flush=True)
    for units in UNITS:
        for lam in LAMBDAS:
            found = {
                form: np.median(
                    [measured(form, units, lam, seed) for seed in range(1, replicates + 1)], axis=0
                )
                for form in (True, False)
            }
            cells = " | ".join(f"{found[form][0]:6.0f} {found[form][1]:5.0f}" for form in (True, False))
            print(f"{units:5d} {lam:6.1f} | {cells}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
