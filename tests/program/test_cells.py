"""Our Stan functions of cells, each alone, against sums of NumPy's log densities of rows."""

from __future__ import annotations

import numpy as np
import pytest
import stanli

import stanlevels as sl
from stanlevels.distributions.kept import CONSTANT, Grouped, Kept
from stanlevels.distributions.numbers import value_of
from stanlevels.distributions.table import FAMILIES
from stanlevels.graph import references
from stanlevels.resources import folder
from tests.parity.test_distributions import outcome_column

FOLDER = folder("stan_templates") / "functions"
EVERY = [(f.name, p.key) for f in FAMILIES.values() for p in f.parameterizations if p.kept]
CELLS, ROWS = 5, 60
KINDS = ("real", "vector", "matrix")


def test_every_function_of_cells_belongs_to_a_distribution():
    used = {kept_of(name, key).stan for name, key in EVERY}
    assert used == {path.stem for path in FOLDER.glob("*_cells.stan")}


def kept_of(family: str, key: str) -> Kept:
    kept = FAMILIES[family].parameterization(key).kept
    assert kept is not None
    return kept


def outcome(family, rng, trials):
    match outcome_column(family):
        case "category":
            return rng.integers(1, 4, ROWS)
        case "binary":
            return rng.integers(0, 2, ROWS)
        case "count":
            return rng.binomial(trials, 0.4) if family == "Binomial" else rng.poisson(2, ROWS)
        case "fraction":
            return rng.uniform(0.05, 0.95, ROWS)
        case "positive":
            return rng.gamma(2, 1, ROWS)
    return rng.normal(size=ROWS) + 1e3


def given(form, rng, common):
    """Arguments of every cell, those of `common` the same in all."""
    found = {}
    for parameter in form.parameters:
        support, name = parameter.support, parameter.name
        size = 1 if name in common else CELLS
        if name == "cutpoints":
            found[name] = np.array([-0.5, 0.7])
        elif support.shape == "simplex":
            found[name] = rng.dirichlet([1, 2, 3], CELLS)
        elif support.shape == "vector":
            found[name] = rng.normal(size=(CELLS, 3))
        elif support.upper == 1:
            found[name] = rng.uniform(0.1, 0.9, size)
        elif support.lower == 0:
            found[name] = rng.gamma(3, 1, size)
        elif parameter.kind != "data":
            found[name] = rng.normal(size=size) + (1e3 if form.stan == "normal" else 0)
    return found


def type_of(shape):
    return f"{KINDS[len(shape)]}[{', '.join(map(str, shape))}]" if shape else KINDS[0]


def value_in_stan(kept, variable, others, constant):
    """The function at numbers, through the embedded engine."""
    entries = {f"x{i}": np.asarray(v, dtype=float) for i, v in enumerate((variable, *others))}
    types = {name: type_of(value.shape) for name, value in entries.items()}
    data = " ".join(f"{kind} {name};" for name, kind in types.items())
    rest = ", ".join(list(entries)[1:])
    text = (FOLDER / f"{kept.stan}.stan").read_text()
    called = [p for p in sorted(FOLDER.glob("*.stan")) if p.stem != kept.stan and f"{p.stem}(" in text]
    source = "\n".join([*(p.read_text() for p in called), text])
    code = (
        f"functions {{\n{source}}}\ndata {{ {data} }}\nparameters {{ real z; }}\n"
        f"model {{ target += {kept.stan}_lpdf(x0 | {rest}) + 0 * z; }}"
    )
    numbers = {n: float(v) if v.ndim == 0 else v for n, v in entries.items()}
    return stanli.Model(stan_code=code, data=numbers).log_prob_grad(np.zeros(1))[0] + float(constant)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("one", [False, True], ids=["an argument per cell", "one number for all"])
@pytest.mark.parametrize(("family", "key"), EVERY)
def test_a_function_of_cells_is_the_sum_of_the_log_densities_of_rows(family, key, one, weighted):
    form = FAMILIES[family].parameterization(key)
    kept, rng = kept_of(family, key), np.random.default_rng(7)
    trials = rng.integers(2, 9, ROWS)
    y, codes = outcome(family, rng, trials), np.sort(rng.integers(0, CELLS, ROWS))
    weights = rng.uniform(0, 3, ROWS) if weighted else None
    exposure = rng.uniform(0.2, 3, ROWS) if kept.exposed else None
    same = {"common", "either"} if one else {"common"}
    common = {name for a in kept.arguments if a.shape in same for name in references(a.value)}
    arguments = given(form, rng, common)
    of_rows = trials if form.trials else None
    rows = Grouped(np.asarray(y, dtype=float), codes, CELLS, weights, of_rows, exposure, 3)
    pooled = {kept.pooled} if one else set()
    found = [kept.value(s.name, rows, pooled=s.name in pooled) for s in kept.statistics]
    for argument in kept.arguments:
        value = np.asarray(value_of(argument.value, arguments), dtype=float)
        if argument.shape in ("either", "common") and value.shape == (1,):
            value = value[0]
        found.append(np.broadcast_to(value, (CELLS,)) if argument.shape == "cells" else value)
    in_stan = value_in_stan(kept, found[0], found[1:], kept.value(CONSTANT.name, rows))

    at_rows = {n: v if len(v) == 1 or n == "cutpoints" else v[codes] for n, v in arguments.items()}
    if form.trials:
        at_rows[form.trials] = trials
    if exposure is not None:
        at_rows[form.location] = at_rows[form.location] + np.log(exposure)
    each = form.log_density(y, at_rows)
    assert in_stan == pytest.approx(np.sum(each if weights is None else weights * each), rel=1e-9)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (lambda eta: sl.Poisson(log=eta, observed="k"), True),
        (lambda eta: sl.Exponential(log=eta, observed="t"), True),
        (lambda eta: sl.Normal(eta, 1, observed="t"), False),  # read once: it stands where it is read
    ],
)
def test_what_a_function_reads_more_than_once_is_computed_once(line, named):
    class Model(sl.Model):
        unit = sl.Level()
        mu = sl.Normal(0, 1)
        A = sl.Normal(0, 1, over=unit, centered=True)
        y = line(mu + A)

    data = {"unit": [1, 1, 1, 2, 2], "k": [0, 2, 1, 1, 4], "t": [1.0, 2.0, 0.5, 1.0, 3.0]}
    text = Model.bind(data, plan=sl.Plan(compress=True, marginalize=False, lift=False)).stan_code
    assert ("vector[N_y_cells] y_" in text.split("model {")[1]) is named
