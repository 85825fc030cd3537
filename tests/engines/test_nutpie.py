"""nutpie's sampler over the embedded engine's gradients. Numbers come from closed forms."""

import importlib.util
from dataclasses import replace

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.engines import Settings, pool
from stanlevels.engines.choose import choose_engine, engines
from stanlevels.errors import EngineError, EngineMissing, FitError, InitializationError
from tests.field.kit import Intercepts, base

here = pytest.mark.skipif(bool(engines()["nutpie"].why_not()), reason="nutpie is not installed")

CODE = """
data { int N; vector[N] y; }
parameters { real mu; real s; }
model { y ~ normal(mu, s); mu ~ normal(0, 10); s ~ normal(1, 1); }
generated quantities { real twice = 2 * mu; real noise = normal_rng(0, 1); vector[2] two = [mu, s]'; }
"""  # s has no bound: where it is negative, the distribution refuses its arguments
Y = np.random.default_rng(3).normal(5, 1, 400)
SHORT = Settings(chains=2, warmup=100, draws=200, seed=4, parallel=2, progress=False, metric="low_rank")


@pytest.fixture(scope="module")
def program():
    return engines()["nutpie"].prepare(CODE, {"N": len(Y), "y": Y})


@pytest.fixture(scope="module")
def drawn(program):
    return program.sample(replace(SHORT, inits={"mu": 0.0, "s": 1.0}, save_warmup=True))


@here
def test_draws_are_those_of_the_posterior_also_where_points_are_refused(drawn):
    """The posterior of mu is nearly normal around the mean, with standard deviation s / 20."""
    mu = drawn.variables["mu"]
    assert mu.shape == (2, 200)
    assert abs(mu.mean() - Y.mean()) < 0.02
    assert mu.std() == pytest.approx(Y.std() / 20, rel=0.2)
    assert drawn.variables["s"].mean() == pytest.approx(Y.std(), rel=0.03)


@here
def test_a_draw_holds_all_that_the_program_computes(drawn):
    np.testing.assert_array_equal(drawn.variables["twice"], 2 * drawn.variables["mu"])
    np.testing.assert_array_equal(drawn.variables["two"][..., 1], drawn.variables["s"])
    noise = drawn.variables["noise"].ravel()
    assert len(set(noise)) == len(noise)
    assert noise.std() == pytest.approx(1, abs=0.15)


@here
def test_a_run_says_what_it_was(drawn, program):
    assert drawn.engine == "nutpie"
    assert list(drawn.versions) == ["nutpie", "stanli", "stanli_build"]
    assert {name: array.dtype.kind for name, array in drawn.stats.items()} == {
        "lp": "f", "acceptance_rate": "f", "step_size": "f", "tree_depth": "i", "n_steps": "i",
        "diverging": "b", "energy": "f",
    }  # fmt: skip
    point = program.unconstrain({name: drawn.variables[name][1, 7] for name in ("mu", "s")})
    assert drawn.stats["lp"][1, 7] == pytest.approx(program.log_density(point)[0])
    assert drawn.warmup_variables["mu"].shape == (2, 100)
    assert (drawn.seconds["sampling"] > 0).all()


@here
@pytest.mark.slow
def test_a_seed_gives_the_same_draws_with_or_without_a_host(program, drawn, monkeypatch):
    monkeypatch.setattr(pool, "CAN_HOST", False)
    again = program.sample(replace(SHORT, inits={"mu": 0.0, "s": 1.0}, chains=1))
    np.testing.assert_array_equal(again.variables["mu"], drawn.variables["mu"][:1])


@here
def test_no_possible_start_is_an_error_of_its_own():
    impossible = engines()["nutpie"].prepare(CODE, {"N": 1, "y": np.array([1e300])})
    with pytest.raises(InitializationError, match="no starting point"):
        impossible.sample(replace(SHORT, chains=1))


@here
@pytest.mark.parametrize(
    "wrong",
    [{"metric": "dense_e"}, {"metric": "diag_e", "inverse_metric": np.ones(2)}, {"warmup": 0}],
    ids=["dense", "given", "no warm-up"],
)
def test_what_nutpie_does_not_do_is_refused_before_it_starts(program, wrong):
    with pytest.raises(EngineError, match="nutpie"):
        program.sample(replace(SHORT, **wrong))


def test_its_metric_is_nobody_elses():
    with pytest.raises(EngineError, match="'stanli' has no metric 'low_rank'"):
        engines()["stanli"].prepare(CODE, {"N": len(Y), "y": Y}).sample(SHORT)


def test_where_it_is_not_installed_the_way_to_it_is_said(monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "nutpie" else found(name))
    with pytest.raises(EngineMissing, match=r"pip install stanlevels\[nutpie\]"):
        choose_engine("nutpie")


@here
@pytest.mark.filterwarnings("ignore:this fit did not pass its checks")
def test_a_model_is_fitted_as_by_the_other_engines():
    one = Intercepts.fit(base(), engine="nutpie", seed=1, chains=1, warmup=200, draws=200, progress=False)
    other = Intercepts.fit(base(), engine="stanli", seed=1, chains=2, draws=200, progress=False)
    assert list(one.idata.posterior) == list(other.idata.posterior)
    a, b = one.summary(), other.summary()
    assert (abs(a["estimate"] - b["estimate"]) < 0.5 * b["sd"]).all()
    assert "nutpie's own adaptation of a metric of low rank" in str(one.plan)
    with pytest.raises(FitError, match="dense"):
        Intercepts.fit(base(), engine="nutpie", plan=sl.Plan(metric="dense"), progress=False)
