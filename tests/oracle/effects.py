"""Random effects of every kind, each adding a term to the linear predictor of the rows."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import stanlevels as sl
from tests.oracle.draft import Draft, Unit, positive_scalar, real_scalar, scale
from tests.oracle.structures import covariate, covariate_set

LOCATION_SCALE: dict[str, Callable[..., Any]] = {
    "Normal": sl.Normal,
    "StudentT": lambda m, s, **k: sl.StudentT(4, m, s, **k),
    "Cauchy": sl.Cauchy,
    "Laplace": sl.Laplace,
    "Logistic": sl.Logistic,
}


def linear_predictor(draft: Draft) -> Any:
    """A sum of terms that together have a value per row."""
    eta = real_scalar(draft, "mu")
    for unit in list(draft.units.values()):
        if draft.choose.integer(1, 4) > 1:
            eta = eta + _effect(draft, unit)
    if draft.maybe("road", 6):
        eta = eta + _road(draft)
    if len(crossed := _crossed(draft)) == 2 and draft.maybe("product of levels", 2):
        eta = eta + _product(draft, *crossed)
    if draft.maybe("slope of a covariate", 3):
        eta = eta + real_scalar(draft, "beta") * covariate(draft)
    if draft.maybe("b @ X", 3):
        X = covariate_set(draft)
        sd = scale(draft, "b_sd") if draft.maybe("hierarchical coefficients", 3) else draft.number(0.5, 2)
        eta = eta + draft.add("b", sl.Normal(0, sd, over=X)) @ X
    if draft.maybe("over rows", 7):
        eta = eta + draft.add("e", sl.Normal(0, scale(draft, "e_sd"), over=sl.rows))
    if draft.maybe("interaction", 8):
        eta = eta + real_scalar(draft, "beta") * covariate(draft) * covariate(draft)
    if draft.maybe("named predictor", 5):
        eta = draft.add("eta", eta + (0.5 * covariate(draft) if draft.maybe("column in it", 2) else 1))
    return eta


def _effect(draft: Draft, unit: Unit) -> Any:
    kinds = {
        "intercept": _intercept,
        "intercepts": _intercept,
        "independent intercept and slope": _independent,
        "correlated slopes": _correlated,
        "coefficients per unit": _coefficients,
        "effect by index": _by_index,
    }
    return draft.pick("effect", kinds)(draft, unit)


def _mean(draft: Draft, unit: Unit) -> Any:
    """The mean of an effect: nothing, a quantity above it, perhaps with a covariate of the level."""
    above = [draft.effects[a] for a in unit.above if a in draft.effects]
    mean: Any = 0
    if above and draft.maybe("mean from a parent level", 2):
        mean = draft.choose.pick(above)
    elif draft.maybe("mean from a scalar", 3):
        mean = real_scalar(draft, f"{unit.name}_mean")
    if draft.maybe("covariate in a mean", 4):
        mean = mean + real_scalar(draft, "gamma") * covariate(draft, unit.name)
    if draft.maybe("b @ X in a mean", 8):
        X = covariate_set(draft, unit.name)
        mean = mean + draft.add("b", sl.Normal(0, 1, over=X)) @ X
    if not isinstance(mean, int) and draft.maybe("named mean", 4):
        mean = draft.add(f"{unit.name}_mean", mean * 1.0)
    return mean


def _intercept(draft: Draft, unit: Unit) -> Any:
    family = draft.pick("effect family", LOCATION_SCALE)
    parent = draft.choose.pick(unit.above) if unit.above else None
    sd = None if draft.maybe("open scale", 6) else scale(draft, f"{unit.name}_sd", parent)
    effect = family(_mean(draft, unit), sd, over=unit.level)
    draft.effects[unit.name] = draft.add(f"{unit.name}_effect", effect)
    return draft.effects[unit.name]


def _independent(draft: Draft, unit: Unit) -> Any:
    a = _intercept(draft, unit)
    slope = draft.add("slope", sl.Normal(_mean(draft, unit), scale(draft, "slope_sd"), over=unit.level))
    return a + slope * covariate(draft)


def _correlated(draft: Draft, unit: Unit) -> Any:
    """Correlated intercepts and slopes; means and sds in each way they can be written."""
    k = draft.choose.integer(2, 3)
    eta = None if draft.maybe("open eta", 4) else draft.number(0.5, 3)
    corr = draft.add("corr", sl.LKJCholesky(eta, dim=draft.choose.pick((k, None))))
    index = sl.Index([f"c{i}" for i in range(k)])
    means = draft.pick("means", ("zeros", "scalars", "expressions", "numbers", "parent", "vector"))
    named = [real_scalar(draft, f"m{i}") for i in range(k)] if means in ("scalars", "expressions") else []
    listed: Any = {
        "zeros": [0] * k,
        "numbers": [draft.number(-1, 1) for _ in range(k)],
        "scalars": named,
        "expressions": [m / 2 + 1 for m in named],
        "parent": [_mean(draft, unit) for _ in range(k)],
        "vector": None,
    }[means]
    sds: Any = [scale(draft, f"s{i}") for i in range(k)]
    over_index = means == "vector" or draft.maybe("sds over an index", 3)
    if over_index:
        draft.add("coef", index)
        sds = draft.add("sds", sl.HalfNormal(1.5, over=index))
    if listed is None:
        listed = draft.add("means", sl.Normal(0, 1, over=index))
    over = (unit.level, index) if over_index and draft.maybe("index named in over", 2) else unit.level
    B = draft.add("B", sl.MultiNormal(listed, sds, corr, over=over))
    key: Any = "c1" if over_index and draft.maybe("component by label", 2) else 1
    term = B[0] + B[key] * covariate(draft)
    draft.effects[unit.name] = draft.add("first", B[0] * 1) if draft.maybe("named component", 4) else B[0]
    return term + B[2] * covariate(draft) if k == 3 else term


def _coefficients(draft: Draft, unit: Unit) -> Any:
    X = covariate_set(draft)
    centre: Any = 0
    if draft.maybe("coefficients around common ones", 2):
        centre = draft.add("b", sl.Normal(0, 1, over=X))
    V = draft.add("V", sl.Normal(centre, scale(draft, "V_sd"), over=(unit.level, X)))
    return V @ X


def _by_index(draft: Draft, unit: Unit) -> Any:
    index = draft.add("kind", sl.Index(draft.choose.pick((["lo", "hi"], 3, ["?", "b c", "class"]))))
    sds = draft.add("kind_sd", sl.Gamma(2, 2, over=index)) if draft.maybe("sds over an index", 2) else 1.5
    U = draft.add("U", sl.Normal(0, sds, over=(unit.level, index)))
    labels = index.labels
    return U[labels[0]] - U[labels[-1]] / 2 + U[1] * covariate(draft)


def _road(draft: Draft) -> Any:
    """A level reached through two columns."""
    size = draft.choose.integer(2, 5)
    names = [f"team {i}" for i in range(size)]
    team = draft.add("team", sl.Level())
    home = draft.add("home", sl.Level(_team_column(draft, names), of=team))
    away = draft.add("away", sl.Level(_team_column(draft, names), of=team))
    sd = positive_scalar(draft, "strength_sd")
    strength = draft.add("strength", sl.Normal(0, sd, over=team))
    return strength[home] - sl.tanh(strength[away])


def _team_column(draft: Draft, names: list[str]) -> str:
    return draft.column("side", [names[i] for i in draft.rng.integers(len(names), size=draft.n)])


def _crossed(draft: Draft) -> list[Unit]:
    """Two levels of which neither was made inside the other."""
    units = list(draft.units.values())
    for a, b in combinations(units, 2):
        if a.name not in b.above and b.name not in a.above:
            return [a, b]
    return []


def _product(draft: Draft, a: Unit, b: Unit) -> Any:
    mean: Any = 0
    if a.name in draft.effects and draft.maybe("mean over one axis", 2):
        mean = draft.effects[a.name] / 2
    return draft.add("cell", sl.Normal(mean, scale(draft, "cell_sd"), over=(a.level, b.level)))
