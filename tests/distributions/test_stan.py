"""Log densities against Stan's own, to 1e-10: one program per parameterisation, whose arguments are data."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from stanlevels.distributions.family import Function
from stanlevels.distributions.functions import FUNCTIONS
from stanlevels.distributions.supports import Support
from stanlevels.distributions.table import FAMILIES, Family, Parameterization
from stanlevels.graph import Call, Expr, Number, Op, Ref
from stanlevels.program.render import written_function
from stanlevels.resources import folder
from tests.distributions.references import CATEGORIES, REFERENCES, values
from tests.parity.harness import build

EVERY = [(f.name, p.key) for f in FAMILIES.values() for p in f.parameterizations]
K = 3  # components of every vector


def declared(support: Support, whole: bool) -> str:
    """An argument, or the variable, of every row."""
    if support.shape == "counts":
        return f"array[N, {K}] int"
    if support.shape == "cholesky":
        return f"array[N] matrix[{K}, {K}]"
    if support.shape != "scalar":
        return f"array[N] vector[{K}]"
    return "array[N] int" if whole else "vector[N]"


def text(expr: Expr) -> str:
    """An expression over arguments, at row n."""
    match expr:
        case Ref(name=name):
            return f"a_{name}[n]"
        case Number(value=value):
            return str(value)
        case Op(symbol="neg", args=(inner,)):
            return f"(-{text(inner)})"
        case Op(symbol=symbol, args=(left, right)):
            return f"({text(left)} {symbol} {text(right)})"
        case Call(function=function, args=(inner,)):
            return f"{FUNCTIONS[function].stan}({text(inner)})"
    raise AssertionError(expr)


def written(function: str | Function) -> str:
    """A Stan function of ours that a family brings along."""
    if isinstance(function, str):
        return (folder("stan_templates") / "functions" / f"{function}.stan").read_text()
    return written_function(function)


def program(family: Family, form: Parameterization) -> str:
    """Its gradient by w holds the log density of every row."""
    given = [text(argument) for argument in form.arguments]
    if form.correlation:
        given = [*given[:-2], f"diag_pre_multiply({given[-2]}, {given[-1]})"]
    half = " + log2()" if family.half else ""
    data = [f"  {declared(p.support, p.is_whole)} a_{p.name};" for p in form.parameters]
    return "\n".join(
        [
            "functions {",
            *[written(function) for function in family.functions],
            "}",
            "data {",
            "  int N;",
            f"  {declared(family.support, family.discrete)} y;",
            *data,
            "}",
            "parameters {",
            "  vector[N] w;",
            "}",
            "model {",
            "  for (n in 1:N) {",
            f"    target += w[n] * ({form.stan}_{family.suffix}(y[n] | {', '.join(given)}){half});",
            "  }",
            "}",
            "",
        ]
    )


@cache
def grid(name: str, key: str) -> list[tuple[Any, dict[str, Any]]]:
    """Values with arguments."""
    if (name, key) in REFERENCES:
        points = list(REFERENCES[name, key].points())
    elif (name, key) in CATEGORIES:
        points = CATEGORIES[name, key][1]
    else:
        return vectors(name, key)
    return [(x, point) for point in points for x in values((name, key), point).tolist()]


def vectors(name: str, key: str) -> list[tuple[Any, dict[str, Any]]]:
    rng = np.random.default_rng(12)
    form = FAMILIES[name].parameterization(key)
    lkj = FAMILIES["LKJCholesky"].parameterization("")
    found = []
    for eta in (0.7, 1.0, 3.0):
        each = {
            "mu": rng.normal(size=K),
            "sigma": rng.gamma(2, size=K),
            "corr": lkj.draw(rng, (K, K), {"eta": eta}),
            "eta": eta,
            "nu": 2 + eta,
            "trials": 6,
            "theta": rng.dirichlet([1.0] * K),
            "mean": rng.dirichlet([1.0] * K),
            "logit": rng.normal(size=K),
            "concentration": eta,
            "alpha": rng.gamma(2, size=K),
        }
        arguments = {p.name: each[p.name] for p in form.parameters}
        shape = (K, K) if FAMILIES[name].is_correlation else (K,)
        found += [(form.draw(rng, shape, arguments), arguments) for _ in range(3)]
    return found


@pytest.mark.parametrize(("name", "key"), EVERY)
def test_the_log_density_is_that_of_stan(name, key):
    family = FAMILIES[name]
    form = family.parameterization(key)
    rows = grid(name, key)
    data: dict[str, Any] = {
        "N": len(rows),
        "y": np.array([x for x, _ in rows], dtype=int if family.discrete else float),
    }
    for p in form.parameters:
        kind = int if p.kind == "data" else float
        data[f"a_{p.name}"] = np.array([arguments[p.name] for _, arguments in rows], dtype=kind)
    model = build(program(family, form), data)
    stan = model.log_prob_grad(np.zeros(len(rows)))[1]
    ours = [float(form.log_density(x, arguments)) for x, arguments in rows]
    np.testing.assert_allclose(ours, stan, rtol=1e-10, atol=1e-11)
