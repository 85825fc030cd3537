"""When does the form between centred and not pay? The experiment behind the rule of `passes/center.py`.

One-way data with 5 to 30 units of equal or very unequal size, residual sd 1. Each data set is sampled
centred, non-centred and in between by the embedded engine. Reported is the smallest effective sample
size (bulk, of all standard deviations, the mean and the effects) per 1,000 gradients, and divergences in
1,200 draws, as medians over data sets; and the tenths of the weights that the pilot look finds:

    python benchmarks/between.py [data sets] > benchmarks/between.txt
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

import stanlevels as sl
from stanlevels.errors import FitError

SIZES: dict[str, Callable[[int], np.ndarray]] = {
    "1 to 1,000": lambda units: np.geomspace(1, 1000, units).round().astype(int),
    "half 1, half 1,000": lambda units: np.repeat([1, 1000], [units - units // 2, units // 2]),
    "2 to 50": lambda units: np.geomspace(2, 50, units).round().astype(int),
    "10": lambda units: np.full(units, 10),
}
FORMS: tuple[Any, ...] = (True, False, "between")


class Groups(sl.Model):
    """Units about a mean."""

    g = sl.Level()
    a, sd, noise = sl.Normal(0, 10), sl.HalfNormal(5), sl.HalfNormal(5)
    u = sl.Normal(a, sd, over=g)
    y = sl.Normal(u, noise, observed=True)


def data(sizes: np.ndarray, sd: float, seed: int) -> dict[str, np.ndarray]:
    """Rows of units of these sizes."""
    rng = np.random.default_rng([seed, len(sizes)])
    g = np.repeat(np.arange(len(sizes)), sizes)
    return {"g": g, "y": 3 + sd * rng.normal(size=len(sizes))[g] + rng.normal(size=len(g))}


def measured(form: Any, rows: dict[str, np.ndarray], seed: int) -> tuple[float, float]:
    """Effective draws per 1,000 gradients, and divergences."""
    import arviz as az

    plan = sl.Plan(center=form, marginalize=False, metric="diag")
    settings: dict[str, Any] = {"chains": 2, "warmup": 400, "draws": 600, "progress": False}
    try:
        fit = Groups.fit(rows, plan=plan, engine="stanli", seed=seed, **settings)
    except FitError:
        return 0.0, 1200.0
    posterior, stats = az.convert_to_dataset(fit.idata)[["a", "sd", "noise", "u"]], fit.idata.sample_stats
    posterior["sd"], posterior["noise"] = np.log(posterior["sd"]), np.log(posterior["noise"])
    smallest = min(float(values.min()) for values in az.ess(posterior).data_vars.values())
    return 1000 * smallest / float(stats["n_steps"].sum()), float(stats["diverging"].sum())


def main(data_sets: int) -> None:
    """Print a line for each design."""
    warnings.simplefilter("ignore")
    print("rows per unit, units, sd | centred | non-centred | between | tenths of weights", flush=True)
    for name, sizes in SIZES.items():
        for units in (5, 8, 12, 30):
            for sd in (0.1, 0.3, 1.0):
                sets = [data(sizes(units), sd, seed) for seed in range(1, data_sets + 1)]
                cells = []
                for form in FORMS:
                    found = [measured(form, rows, seed) for seed, rows in enumerate(sets, start=1)]
                    ess, bad = np.median(found, axis=0)
                    cells.append(f"{ess:6.1f} {bad:3.0f}")
                weights = [_weights(rows) for rows in sets]
                low, high = np.quantile(np.concatenate(weights), (0.1, 0.9))
                print(
                    f"{name:18s} {units:3d} {sd:4.1f} | {' | '.join(cells)} | {low:.2f} {high:.2f}",
                    flush=True,
                )


def _weights(rows: dict[str, np.ndarray]) -> np.ndarray:
    bound = Groups.bind(rows, plan=sl.Plan(center="between", marginalize=False))
    return np.asarray(bound.stan_data["u_pilot_weight"])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
