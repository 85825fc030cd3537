"""What both engines must do alike. Numbers come from closed forms and from SciPy."""

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from scipy import special, stats

from stanlevels.engines import Settings, pool
from stanlevels.engines.chain import write_job
from stanlevels.engines.choose import engines
from stanlevels.errors import CompileError, DataError, EngineError, InitializationError

quiet = partial(Settings, progress=False)
SHORT = quiet(chains=2, warmup=200, draws=50, seed=11)
SUBSCRIPTS = np.fromfunction(lambda i, j, k: 100 * (i + 1) + 10 * (j + 1) + (k + 1), (2, 3, 4))
PLACES = np.array([[11.0, 12, 13], [21, 22, 23]])
ROWS = np.array([[110.0, 120, 130], [210, 220, 230]])
POINT = {"mu": 0.7, "theta": 0.25, "m": PLACES, "rows": ROWS, "parts": [0.2, 0.3, 0.5]}


@pytest.fixture(scope="module")
def drawn(known):
    return known.sample(quiet(chains=4, warmup=1000, draws=1000, seed=5))


def standard_error(draws):
    """Monte Carlo standard error of a mean, from the spread of 40 batches (Geyer 1992, batch means)."""
    batches = draws.reshape(40, -1).mean(axis=1)
    return batches.std(ddof=1) / np.sqrt(len(batches))


def expected_density(data, mu, theta, parts_density):
    """The log density of known.stan with m and rows at their means, written with SciPy.

    theta has the Jacobian of the logit, log theta + log(1 - theta).
    """
    cells = 12 * stats.norm.logpdf(0, 0, 0.5)
    return (
        stats.norm.logpdf(mu, 0, 2)
        + stats.norm.logpdf(data["y"], mu, 3).sum()
        + stats.beta.logpdf(theta, 2, 3)
        + stats.binom.logpmf(data["successes"], data["trials"], theta)
        + np.log(theta * (1 - theta))
        + cells
        + parts_density
    )


def test_the_log_density_is_the_one_written_down_with_scipy(known, known_data):
    one, other = known.unconstrain(POINT), known.unconstrain({**POINT, "mu": -1.5, "theta": 0.9})
    # The simplex's transform differs between versions of Stan, so its part is taken out by a difference.
    difference = known.log_density(one)[0] - known.log_density(other)[0]
    expected = expected_density(known_data, 0.7, 0.25, 0) - expected_density(known_data, -1.5, 0.9, 0)
    assert difference == pytest.approx(expected, rel=1e-10)


def test_the_gradient_is_the_slope_of_the_density(known):
    point = known.unconstrain(POINT) + 0.1
    _, gradient = known.log_density(point)
    step = 1e-5
    for position in range(0, len(point), 4):
        ahead, behind = point.copy(), point.copy()
        ahead[position] += step
        behind[position] -= step
        slope = (known.log_density(ahead)[0] - known.log_density(behind)[0]) / (2 * step)
        assert gradient[position] == pytest.approx(slope, rel=1e-5, abs=1e-5)


def test_values_are_unconstrained_cell_by_cell(known):
    """At the means of m and rows the gradient there is 0; a transposed cell would make it 36 at least."""
    _, gradient = known.log_density(known.unconstrain(POINT))
    assert known.n_unconstrained == 1 + 1 + 6 + 6 + 2
    np.testing.assert_allclose(gradient[2:14], 0, atol=1e-9)


def test_an_unconstrained_point_is_the_logit_of_a_probability(known):
    assert known.unconstrain(POINT)[1] == pytest.approx(special.logit(0.25), abs=1e-12)


@pytest.mark.parametrize(
    "wrong", [{"theta": 1.5}, {"mu": None}, {"other": 1.0}], ids=["outside", "missing", "unknown"]
)
def test_values_that_are_no_point_are_refused(known, wrong):
    values = {name: value for name, value in {**POINT, **wrong}.items() if value is not None}
    with pytest.raises(DataError):
        known.unconstrain(values)


def test_a_density_that_is_refused_is_minus_infinity_with_an_undefined_gradient(levels):
    point = np.zeros(levels.n_unconstrained)
    point[2] = -800.0  # sigma = exp(-800) = 0
    value, gradient = levels.log_density(point)
    assert value == -np.inf
    assert np.isnan(gradient).all()


def test_a_point_of_the_wrong_length_is_refused(known):
    with pytest.raises(EngineError, match="3"):
        known.log_density(np.zeros(3))


def test_every_cell_of_every_container_is_in_its_place(drawn):
    for name in ("x", "slabs", "lines"):
        assert drawn.variables[name].shape == (4, 1000, 2, 3, 4)
        np.testing.assert_array_equal(drawn.variables[name], np.broadcast_to(SUBSCRIPTS, (4, 1000, 2, 3, 4)))
    assert drawn.variables["m"].mean(axis=(0, 1)) == pytest.approx(PLACES, abs=0.1)
    assert drawn.variables["rows"].mean(axis=(0, 1)) == pytest.approx(ROWS, abs=0.1)
    np.testing.assert_array_equal(drawn.variables["doubled"], 2 * drawn.variables["m"])
    assert drawn.variables["whole"][0, 0].tolist() == [7, 8]
    assert drawn.variables["single"].shape == (4, 1000, 1)


def test_a_constant_that_is_undefined_stays_so_and_harms_nothing_else(drawn):
    assert np.isnan(drawn.variables["missing"]).all()
    assert np.isfinite(drawn.variables["noise"]).all()


def test_shapes_are_known_before_a_draw(known, drawn):
    shapes = {name: array.shape[2:] for name, array in drawn.variables.items()}
    assert dict(known.shapes) == shapes
    assert list(known.shapes)[:7] == ["mu", "theta", "m", "rows", "parts", "nothing", "doubled"]


def test_variables_without_cells_are_there(drawn, known):
    assert drawn.variables["nothing"].shape == (4, 1000, 0)
    assert drawn.variables["emptied"].shape == (4, 1000, 0, 2)
    assert known.shapes["nothing"] == (0,)
    assert known.optimize().values["emptied"].shape == (0, 2)


def test_posterior_means_are_those_of_the_conjugate_forms(drawn, known_data):
    y = np.array(known_data["y"])
    precision = 1 / 2**2 + len(y) / 3**2
    expected = {"mu": y.sum() / 3**2 / precision, "theta": (2 + 7) / (2 + 3 + 10)}
    for name, mean in expected.items():
        draws = drawn.variables[name]
        assert abs(draws.mean() - mean) < 4 * standard_error(draws)
    parts = drawn.variables["parts"]
    for cell, mean in enumerate([0.2, 0.3, 0.5]):
        assert abs(parts[..., cell].mean() - mean) < 4 * standard_error(parts[..., cell])
    assert drawn.variables["mu"].std() == pytest.approx(precision**-0.5, rel=0.08)


def test_statistics_carry_the_names_and_kinds_of_arviz(drawn):
    kinds = {name: array.dtype.kind for name, array in drawn.stats.items()}
    assert kinds == {
        "lp": "f",
        "acceptance_rate": "f",
        "step_size": "f",
        "tree_depth": "i",
        "n_steps": "i",
        "diverging": "b",
        "energy": "f",
    }
    assert all(array.shape == (4, 1000) for array in drawn.stats.values())
    np.testing.assert_array_equal(drawn.stats["step_size"][:, -1], drawn.step_size)
    assert drawn.inverse_metric.shape == (4, 16)


def test_a_finished_run_says_what_it_was(drawn, engine):
    assert drawn.chains == (1, 2, 3, 4)
    assert drawn.failures == ()
    assert not drawn.interrupted
    assert drawn.engine == engine.name
    assert drawn.seed == 5
    assert drawn.versions[engine.name] == engine.version()
    assert {name: seconds.shape for name, seconds in drawn.seconds.items()} == dict.fromkeys(
        ("build", "warmup", "sampling"), (4,)
    )


def test_a_seed_gives_the_same_draws_whatever_runs_at_once(known):
    one, other = (
        known.sample(quiet(chains=3, warmup=150, draws=20, seed=7, parallel=parallel)) for parallel in (1, 3)
    )
    alone = known.sample(quiet(chains=1, warmup=150, draws=20, seed=7))
    for name in ("mu", "noise", "parts"):
        np.testing.assert_array_equal(one.variables[name], other.variables[name])
        np.testing.assert_array_equal(one.variables[name][:1], alone.variables[name])


def test_chains_and_seeds_differ(known):
    one = known.sample(SHORT)
    other = known.sample(quiet(chains=2, warmup=200, draws=50, seed=12))
    firsts = [*one.variables["mu"][:, 0], *other.variables["mu"][:, 0]]
    assert len(set(firsts)) == 4


def test_warm_up_is_kept_apart_where_it_is_saved(known):
    draws = known.sample(quiet(chains=1, warmup=160, draws=30, save_warmup=True))
    assert draws.variables["m"].shape == (1, 30, 2, 3)
    assert draws.warmup_variables["m"].shape == (1, 160, 2, 3)
    assert draws.warmup_stats["lp"].shape == (1, 160)
    assert len(set(draws.stats["step_size"][0])) == 1
    assert len(set(draws.warmup_stats["step_size"][0])) > 100


def test_starting_values_are_where_chains_start(known):
    """With a step that goes nowhere a chain stays at its start."""
    settings = quiet(chains=2, warmup=0, draws=3, step_size=1e-12, max_depth=1, inits=POINT)
    draws = known.sample(settings)
    np.testing.assert_allclose(draws.variables["m"], np.broadcast_to(PLACES, (2, 3, 2, 3)), atol=1e-6)
    np.testing.assert_allclose(draws.variables["rows"], np.broadcast_to(ROWS, (2, 3, 2, 3)), atol=1e-6)
    np.testing.assert_allclose(draws.variables["theta"], 0.25, atol=1e-6)
    np.testing.assert_array_equal(draws.step_size, 1e-12)


def test_each_chain_can_start_elsewhere(known):
    inits = [POINT, {**POINT, "mu": -3.0}]
    settings = quiet(chains=2, warmup=0, draws=1, step_size=1e-12, max_depth=1, inits=inits)
    np.testing.assert_allclose(known.sample(settings).variables["mu"][:, 0], [0.7, -3.0], atol=1e-6)


def test_a_radius_of_zero_starts_at_the_origin(known):
    settings = quiet(chains=1, warmup=0, draws=1, step_size=1e-12, max_depth=1, inits=0)
    draws = known.sample(settings)
    np.testing.assert_allclose(draws.variables["mu"], 0, atol=1e-6)
    np.testing.assert_allclose(draws.variables["theta"], 0.5, atol=1e-6)


def test_an_inverse_metric_and_a_step_size_can_be_handed_over(known):
    pilot = known.sample(SHORT)
    settings = quiet(
        chains=2,
        warmup=0,
        draws=20,
        inits=POINT,
        inverse_metric=pilot.inverse_metric,
        step_size=float(pilot.step_size.mean()),
    )
    draws = known.sample(settings)
    np.testing.assert_allclose(draws.inverse_metric, pilot.inverse_metric, rtol=1e-5)
    np.testing.assert_allclose(draws.step_size, pilot.step_size.mean())


def test_a_dense_metric_is_a_matrix_for_each_chain(known):
    draws = known.sample(quiet(chains=2, warmup=200, draws=5, metric="dense_e"))
    assert draws.inverse_metric.shape == (2, 16, 16)
    assert known.sample(quiet(chains=1, warmup=50, draws=5, metric="unit_e")).inverse_metric is None


def test_an_inverse_metric_of_the_wrong_shape_is_refused(known):
    with pytest.raises(EngineError, match="shape"):
        known.sample(quiet(chains=1, inverse_metric=np.ones(3)))


def test_the_mode_is_the_highest_point_of_the_unconstrained_density(known, known_data):
    """mu as its mean; theta with its Jacobian: Beta(9, 6) times theta (1 - theta) has its mode at 9/15."""
    mode = known.optimize(seed=3)
    y = np.array(known_data["y"])
    assert mode.values["mu"] == pytest.approx(y.sum() / 9 / (1 / 4 + 5 / 9), abs=1e-4)
    assert mode.values["theta"] == pytest.approx(9 / 15, abs=1e-4)
    np.testing.assert_allclose(mode.values["m"], PLACES, atol=1e-3)
    np.testing.assert_allclose(mode.values["rows"], ROWS, atol=1e-3)
    np.testing.assert_array_equal(mode.values["x"], SUBSCRIPTS)
    value, gradient = known.log_density(mode.unconstrained)
    assert mode.log_density == pytest.approx(value, rel=1e-8)
    np.testing.assert_allclose(gradient, 0, atol=1e-2)


def test_the_mode_can_start_from_a_point(known):
    assert known.optimize(init=POINT).values["theta"] == pytest.approx(9 / 15, abs=1e-4)


def test_a_program_that_does_not_parse_names_its_line(engine):
    with pytest.raises(CompileError, match="line 3") as caught:
        engine.prepare("parameters {\n  real mu;\n  real 2tau;\n}\nmodel { mu ~ normal(0, 1); }\n", {})
    assert caught.value.line == 3


def test_a_program_of_wrong_types_names_its_line(engine):
    with pytest.raises(CompileError) as caught:
        engine.prepare('parameters { real mu; }\nmodel {\n\n  mu ~ normal("a", 1);\n}\n', {})
    assert caught.value.line == 4


@pytest.mark.parametrize(
    "wrong", [{"N": 21}, {"N": -1}, {"group": [9] * 20}, {"N": 20.5}], ids=["size", "bound", "cell", "kind"]
)
def test_data_that_the_program_does_not_declare_are_refused_before_anything_runs(engine, wrong):
    data = json.loads((Path(__file__).parent / "programs" / "levels.json").read_text())
    with pytest.raises(DataError, match="Stan refuses the data"):
        engine.prepare(_code("levels"), {**data, **wrong}, name="levels")


def test_a_missing_entry_is_named(engine):
    with pytest.raises(DataError, match="the data lack 'J'"):
        engine.prepare(_code("levels"), {"N": 1, "group": [1]}, name="levels")


def test_no_possible_start_is_an_error_of_its_own(levels, engine):
    data = {"N": 1, "J": 1, "group": [1], "y": [1e200]}
    impossible = engine.prepare(_code("levels"), data, name="levels")
    settings = quiet(chains=2, warmup=10, draws=10)
    with pytest.raises(InitializationError, match="starting point"):
        impossible.sample(settings)
    with pytest.raises(InitializationError):
        impossible.sample(quiet(chains=1, warmup=10, draws=10))


@pytest.mark.parametrize("chains", [1, 2])
def test_a_silent_run_prints_nothing_and_a_bar_goes_to_standard_error(known, capfd, chains):
    known.sample(Settings(chains=chains, warmup=100, draws=10, progress=False))
    assert capfd.readouterr() == ("", "")
    known.sample(Settings(chains=chains, warmup=100, draws=10))
    printed = capfd.readouterr()
    assert printed.out == ""
    assert f"{chains} chain{'s' * (chains > 1)} of 110 iterations in " in printed.err


def test_nothing_is_left_behind_on_disk(known, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    known.sample(SHORT)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.cmdstan
def test_both_engines_have_the_same_density_and_gradient():
    """At random points of a hierarchical model: the same up to rounding."""
    both = engines()
    if why := both["cmdstan"].why_not() or both["stanli"].why_not():
        pytest.skip(f"the engines cannot be compared: {why}")
    data = json.loads((Path(__file__).parent / "programs" / "levels.json").read_text())
    one, other = (both[name].prepare(_code("levels"), data) for name in ("stanli", "cmdstan"))
    generator = np.random.default_rng(1)
    for point in generator.normal(size=(5, one.n_unconstrained)):
        (value, gradient), (value_too, gradient_too) = one.log_density(point), other.log_density(point)
        assert value == pytest.approx(value_too, rel=1e-10)
        np.testing.assert_allclose(gradient, gradient_too, rtol=1e-9, atol=1e-9)


def _code(name):
    return (Path(__file__).parent / "programs" / f"{name}.stan").read_text()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_costs_the_chain_that_met_it_and_no_other(known, monkeypatch):
    def on_a_full_disk(job, folder):
        write_job(job, folder)
        if job.chain == 2:
            for name in ("draws.npy", "output.csv"):
                (folder / name).symlink_to("/dev/full")

    monkeypatch.setattr(pool, "write_job", on_a_full_disk)
    draws = known.sample(Settings(chains=3, warmup=150, draws=20, progress=False))
    assert draws.chains == (1, 3)
    (failure,) = draws.failures
    assert failure.chain == 2
    assert failure.message.startswith("the disk has no room for the draws of chain 2 (")
    assert "TMPDIR" in failure.way_out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_chain_that_cannot_be_started_for_want_of_room_costs_no_other(known, monkeypatch):
    def no_room(job, folder):
        if job.chain == 1:
            Path("/dev/full").write_bytes(b"x")
        write_job(job, folder)

    monkeypatch.setattr(pool, "write_job", no_room)
    draws = known.sample(Settings(chains=2, warmup=150, draws=20, progress=False))
    assert draws.chains == (2,)
    assert "the disk has no room for what chain 1 needs" in draws.failures[0].message
