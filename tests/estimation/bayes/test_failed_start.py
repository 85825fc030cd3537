"""A failed start names the line, and a refused program the line that it came from."""

# mypy: disable-error-code="arg-type"
# engines that have the one method that is asked for

import pytest

import stanlevels as sl
from stanlevels.engines import Settings, get_engine
from stanlevels.errors import CompileError, EngineError, InitializationError, InternalError
from stanlevels.estimation.bayes import nuts
from stanlevels.estimation.bayes.failed_start import explain

DATA = {"y": [1.0, 2.0, 90.0], "k": [1, 2, 3], "g": ["a", "b", "b"]}


def model(**lines):
    a = sl.Normal(0, 1)
    return sl.Model.define("M", {"a": a, **{n: make(a) for n, make in lines.items()}}).bind(DATA)


IMPOSSIBLE = {
    "an infinite rate": {"k": lambda a: sl.Poisson(log=a + 1e6, observed=True)},
    "no standard deviation": {"y": lambda a: sl.Normal(0, sl.sqrt(a - 100), observed=True)},
    "the log of a negative number": {"y": lambda a: sl.Normal(sl.log(a - 100), 1, observed=True)},
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_a_model_that_cannot_start_names_its_line_among_others(case):
    bound = model(b=lambda a: sl.Normal(a, 1), **IMPOSSIBLE[case])
    with pytest.raises(InitializationError) as caught:
        bound.fit(engine="stanli", chains=1, warmup=10, draws=10, seed=1, progress=False)
    (name,) = IMPOSSIBLE[case]
    assert f"the log density of  {name} ~ " in caught.value.found
    assert "at 20 of 20 starting points" in caught.value.found


def test_a_latent_line_can_be_the_culprit():
    bound = model(b=lambda a: sl.Normal(0, sl.sqrt(a - 100)), y=lambda a: sl.Normal(a, 1, observed=True))
    found = explain(bound.posterior, InitializationError("none"), seed=1)
    assert "b ~ Normal(0, sqrt(a - 100))" in found.found


def test_the_most_extreme_data_are_named():
    bound = model(y=lambda a: sl.Normal(0, sl.sqrt(a - 100), observed=True))
    assert "its most extreme values: 90.0, " in explain(bound.posterior, InitializationError("none"), 1).found


def test_a_model_that_can_start_keeps_the_message_of_the_engine():
    error = InitializationError("the engine's own words")
    assert explain(model(y=lambda a: sl.Normal(a, 1, observed=True)).posterior, error, 1) is error


def test_without_the_interpreter_the_message_of_the_engine_is_kept(monkeypatch):
    def missing(name):
        raise EngineError("not here")

    monkeypatch.setattr("stanlevels.engines.get_engine", missing)
    error = InitializationError("the engine's own words")
    assert (
        explain(model(y=lambda a: sl.Normal(0, sl.sqrt(a - 100), observed=True)).posterior, error, 1) is error
    )


class Refusing:
    """An engine that refuses every program at one line."""

    name = "refusing"

    def __init__(self, line):
        self.line = line

    def prepare(self, code, data, *, name, shapes):
        error = CompileError("Ill-typed arguments")
        error.line = self.line
        raise error


def test_a_refused_program_names_the_line_of_the_text_and_of_the_model():
    bound = model(y=lambda a: sl.Normal(a, 1, observed=True))
    line = 1 + next(i for i, t in enumerate(bound.stan_code.splitlines()) if "normal_lpdf(y" in t)
    with pytest.raises(InternalError) as caught:
        nuts.draw(bound.posterior, Refusing(line), Settings(seed=1))
    assert f"line {line} (target += normal_lpdf(y | a, y_sigma);), which came from 'y'" in caught.value.found
    assert "Ill-typed arguments" in caught.value.found
    assert isinstance(caught.value.__cause__, CompileError)


def test_a_refused_program_without_a_line_is_still_explained():
    bound = model(y=lambda a: sl.Normal(a, 1, observed=True))
    with pytest.raises(InternalError, match="refused the program of M: Ill-typed"):
        nuts.draw(bound.posterior, Refusing(None), Settings(seed=1))


def test_a_real_compiler_error_is_translated(monkeypatch):
    """A program that we broke ourselves: the embedded engine finds the line."""
    bound = model(y=lambda a: sl.Normal(a, 1, observed=True))
    engine = get_engine("stanli")
    whole = engine.prepare

    class Breaking:
        name = "stanli"

        def prepare(self, code, data, *, name, shapes):
            return whole(code.replace("normal_lpdf(y |", "normal_lpdf(why |"), data, name=name, shapes=shapes)

    with pytest.raises(InternalError, match="which came from 'y'"):
        nuts.draw(bound.posterior, Breaking(), Settings(seed=1))


def test_no_seed_draws_one_and_records_it():
    bound = model(y=lambda a: sl.Normal(a, 1, observed=True))
    seeds = {
        nuts.sample(
            bound.posterior, engine="stanli", seed=None, progress=False, chains=1, warmup=20, draws=5
        )[1].seed
        for _ in range(3)
    }
    assert len(seeds) == 3
    assert all(0 < seed < 2**31 for seed in seeds)
    settings = nuts.sample(
        bound.posterior, engine="stanli", seed=7, progress=False, chains=1, warmup=20, draws=5
    ).settings
    assert settings.seed == 7


def test_auto_says_which_engine_runs(monkeypatch, capsys):
    bound = model(y=lambda a: sl.Normal(a, 1, observed=True))
    monkeypatch.setattr(
        nuts, "choose_engine", lambda name: (get_engine("stanli"), f"{name} takes the embedded one")
    )
    nuts.sample(bound.posterior, engine="auto", seed=1, progress=True, chains=1, warmup=20, draws=5)
    assert "auto takes the embedded one" in capsys.readouterr().err
    nuts.sample(bound.posterior, engine="auto", seed=1, progress=False, chains=1, warmup=20, draws=5)
    assert "auto takes" not in capsys.readouterr().err
