"""CmdStan and the embedded interpreter give generated programs one log density and one posterior."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from stanlevels.engines.choose import engines
from stanlevels.resources import folder
from tests.conftest import GOLDEN
from tests.golden.programs import MODELS, bind

# Together they hold every density, transform and block of all golden programs (tested below).
NINE = (
    "Outcomes",
    "MeansOfVectors",
    "GlmFamilies",
    "Categories",
    "Cutpoints",
    "OtherForms",
    "InCells",
    "MadeOfOthers",
    "RarerDensities",
)
EXAMPLES = ("students", "radon", "sleepstudy")  # partial elimination, products, correlated slopes


def forms(code: str) -> set[str]:
    """Densities, parameter types and blocks of a program."""
    code = re.sub(r"//.*", "", code)
    parameters = code.split("parameters {", 1)[1].split("}")[0] if "parameters {" in code else ""
    types = {
        re.sub(r"\[.*?\]|<.*?>", "", line.split(";")[0]).rsplit(" ", 1)[0] for line in parameters.splitlines()
    }
    blocks = re.findall(r"^([a-z ]+) \{", code, re.M)
    return {*re.findall(r"\w+_lp[dm]f", code), *(t.strip() for t in types), *blocks}


def test_the_nine_programs_hold_every_form() -> None:
    programs = {p.stem: forms(p.read_text()) for p in GOLDEN.rglob("*.stan")}
    assert set.union(*(programs[name] for name in NINE)) == set.union(*programs.values())


def agree(bound: Any, cmdstan: Any) -> None:
    """Equal log density to 1e-10 max(1, |lp|), and gradient to 1e-8, at three random points."""
    here = engines()["stanli"].prepare(bound.stan_code, bound.stan_data, name=bound.name)
    there = cmdstan.prepare(bound.stan_code, bound.stan_data, name=bound.name)
    rng = np.random.default_rng(4)
    for _ in range(3):
        q = rng.normal(0, 0.4, here.n_unconstrained)
        (one, slope), (other, slope_there) = here.log_density(q), there.log_density(q)
        assert abs(one - other) <= 1e-10 * max(1, abs(one))
        assert np.allclose(slope, slope_there, rtol=1e-8, atol=1e-8 * max(1, abs(one)))


@pytest.mark.cmdstan
@pytest.mark.slow
@pytest.mark.parametrize("name", NINE)
def test_the_log_density_is_that_of_the_interpreter(name: str, cmdstan: Any, frame: Any) -> None:
    agree(bind(name, frame), cmdstan)


@pytest.mark.cmdstan
@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(MODELS) - set(NINE)))
def test_the_log_density_of_every_other_golden_program(
    name: str, cmdstan: Any, frame: Any, request: pytest.FixtureRequest
) -> None:
    if not request.config.getoption("--full"):
        pytest.skip("compiles every golden program; run with --full")
    agree(bind(name, frame), cmdstan)


def example(name: str) -> ModuleType:
    """An example's module."""
    path = Path(folder("examples")) / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"example_{name}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.cmdstan
@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.filterwarnings("ignore::stanlevels.StanlevelsWarning")
def test_the_posterior_of_an_example_is_that_of_the_interpreter(name: str, cmdstan: Any) -> None:
    """Means within 4.5 joint Monte Carlo standard errors: about 25 comparisons, false alarms below 2e-4."""
    module = example(name)
    fits = [module.main(seed=5, engine=engine, progress=False) for engine in ("stanli", "cmdstan")]
    here, there = (fit.summary() for fit in fits)
    error = np.hypot(here.sd / np.sqrt(here.ess_bulk), there.sd / np.sqrt(there.ess_bulk))
    assert np.all(np.abs(here.estimate - there.estimate) < 4.5 * error)
