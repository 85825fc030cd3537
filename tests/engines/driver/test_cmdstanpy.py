"""cmdstanpy's public API over a home made from a wheel, method by method."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.arviz_of_any_age import ess_tail
from tests.engines.driver.conftest import REFERENCE, make

cmdstanpy = pytest.importorskip("cmdstanpy")

pytestmark = [
    pytest.mark.cmdstan,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]

DATA = str(REFERENCE / "levels.json")
QUIET = {"show_progress": False, "show_console": False}


@pytest.fixture(scope="module")
def model(wheel_home, tmp_path_factory):
    """The reference model, compiled by cmdstanpy in a folder with a space in its name."""
    before = os.environ.get("CMDSTAN")
    cmdstanpy.set_cmdstan_path(str(wheel_home))
    folder = tmp_path_factory.mktemp("a model")
    (folder / "levels.stan").write_text((REFERENCE / "levels.stan").read_text())
    yield cmdstanpy.CmdStanModel(stan_file=folder / "levels.stan")
    os.environ.pop("CMDSTAN", None)
    if before is not None:
        os.environ["CMDSTAN"] = before


@pytest.fixture(scope="module")
def fit(model):
    return model.sample(DATA, seed=1, chains=2, iter_warmup=300, iter_sampling=200, save_warmup=True, **QUIET)


@pytest.fixture(scope="module")
def mode(model):
    return model.optimize(DATA, seed=1, jacobian=True)


def test_the_home_is_found_and_its_programs_say_how_they_were_built(model, wheel_home):
    assert cmdstanpy.cmdstan_path() == str(wheel_home)
    info = model.exe_info()
    assert f"{info['stan_version_major']}.{info['stan_version_minor']}" == "2.39"
    assert info["STAN_THREADS"] in ("true", "false")
    assert model.src_info()["parameters"]["theta"]["dimensions"] == 1


def test_sampling_gives_shapes_metric_step_size_and_sampler_variables(fit):
    assert fit.draws().shape == (200, 2, 22)
    assert fit.draws(inc_warmup=True).shape == (500, 2, 22)
    assert fit.inv_metric.shape == (2, 7)
    assert fit.step_size.shape == (2,)
    assert set(fit.method_variables()) >= {"lp__", "divergent__", "treedepth__", "energy__"}
    assert fit.metadata.cmdstan_config["num_samples"] == 200


def test_cells_of_a_matrix_come_back_where_they_belong(fit):
    xarray = pytest.importorskip("xarray")
    cells = fit.draws_xr("cells")["cells"]
    assert isinstance(cells, xarray.DataArray)
    np.testing.assert_array_equal(fit.stan_variable("cells")[0], [[11, 12, 13], [21, 22, 23]])
    np.testing.assert_array_equal(cells.isel(chain=1, draw=3), [[11, 12, 13], [21, 22, 23]])


def test_the_summary_agrees_with_arviz(fit):
    arviz = pytest.importorskip("arviz")
    summary = fit.summary(sig_figs=8)
    draws = np.moveaxis(fit.draws(), 0, 1)
    for name in ("lp__", "mu", "tau"):
        x = draws[:, :, fit.column_names.index(name)]
        row = summary.loc[name]
        assert row["Mean"] == pytest.approx(x.mean(), rel=1e-6)
        assert row["5%"] == pytest.approx(np.percentile(x, 5), rel=1e-6)
        assert row["ESS_bulk"] == pytest.approx(arviz.ess(x, method="bulk"), rel=0.02)
        assert row["ESS_tail"] == pytest.approx(ess_tail(x), rel=0.02)
        assert row["R_hat"] == pytest.approx(arviz.rhat(x), abs=1e-4)
    assert summary.loc["cells[2,3]", "Mean"] == 23


def test_diagnose_speaks_of_every_check(fit):
    text = fit.diagnose()
    for word in ("treedepth", "divergent", "E-BFMI", "effective", "R-hat", "Processing complete"):
        assert word.lower() in text.lower()


def test_saved_files_are_read_back(fit, tmp_path):
    fit.save_csvfiles(str(tmp_path))
    again = cmdstanpy.from_csv(str(tmp_path))
    np.testing.assert_array_equal(np.sort(again.draws(), axis=1), np.sort(fit.draws(), axis=1))


def test_a_fit_goes_on_from_the_metric_and_inits_of_another(model, fit):
    metric = {"inv_metric": fit.inv_metric[0], "metric_type": "diag_e"}
    point = {name: fit.stan_variable(name)[0] for name in ("mu", "tau", "sigma", "theta")}
    again = model.sample(
        DATA, seed=2, chains=2, iter_warmup=0, iter_sampling=20, adapt_engaged=False, inv_metric=metric,
        step_size=float(fit.step_size[0]), inits=[point, point], **QUIET,
    )  # fmt: skip
    assert again.draws().shape == (20, 2, 22)


def test_chains_in_threads_and_in_processes_are_the_same(model):
    settings = {"data": DATA, "seed": 5, "chains": 2, "iter_warmup": 60, "iter_sampling": 20, **QUIET}
    together = model.sample(**settings)
    apart = model.sample(**settings, force_one_process_per_chain=True)
    np.testing.assert_array_equal(together.draws(), apart.draws())


def test_a_build_with_threads_runs_one_process_and_walks_the_same_chains(model, mirrored_home, tmp_path):
    (tmp_path / "levels.stan").write_text((REFERENCE / "levels.stan").read_text())
    # Without optimisation this driver takes a minute less to build; the arithmetic is the same.
    done = make(mirrored_home, tmp_path / "levels", "STAN_THREADS=true", "O=0")
    assert done.returncode == 0, done.stdout + done.stderr
    threaded = cmdstanpy.CmdStanModel(exe_file=tmp_path / "levels")
    assert threaded.exe_info()["STAN_THREADS"] == "true"
    settings = {"data": DATA, "seed": 5, "chains": 2, "iter_warmup": 20, "iter_sampling": 5, **QUIET}
    ours = threaded.sample(**settings, save_warmup=True).draws(inc_warmup=True)
    theirs = model.sample(**settings, save_warmup=True).draws(inc_warmup=True)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)
    command = [str(tmp_path / "levels"), "sample", "num_threads=3", "data", f"file={DATA}"]
    done = subprocess.run(
        command, env={**os.environ, "STAN_NUM_THREADS": "2"}, cwd=tmp_path, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "num_threads= 3" in done.stderr


def test_optimising_gives_the_mode_of_every_algorithm(model, mode):
    assert mode.converged
    others = [model.optimize(DATA, seed=1, jacobian=True, algorithm=name) for name in ("bfgs", "newton")]
    for other in others:
        assert other.optimized_params_dict["tau"] == pytest.approx(
            mode.optimized_params_dict["tau"], abs=1e-2
        )


def test_laplace_draws_surround_the_mode(model, mode):
    fit = model.laplace_sample(DATA, mode=mode, draws=400, seed=2)
    assert fit.draws().shape == (400, 17)
    assert fit.stan_variable("mu").mean() == pytest.approx(mode.optimized_params_dict["mu"], abs=0.3)


def test_pathfinder_resamples_or_not_as_asked(model):
    assert model.pathfinder(DATA, seed=3, draws=50).is_resampled
    assert model.pathfinder(DATA, seed=3, draws=50).draws().shape == (50, 18)
    apart = model.pathfinder(DATA, seed=3, num_paths=2, num_single_draws=30, psis_resample=False)
    assert apart.draws().shape == (60, 18)
    assert model.pathfinder(DATA, seed=3, num_paths=1, num_single_draws=30, draws=30).draws().shape == (
        30,
        18,
    )


def test_variational_inference_gives_draws_and_eta(model):
    for algorithm in ("meanfield", "fullrank"):
        fit = model.variational(DATA, seed=4, draws=30, algorithm=algorithm)
        assert fit.variational_sample.shape == (30, 18)
        assert fit.eta > 0


def test_generated_quantities_follow_an_earlier_fit(model, fit):
    again = model.generate_quantities(DATA, previous_fit=fit, seed=5)
    assert again.stan_variable("y_new").shape == (400,)
    np.testing.assert_array_equal(again.stan_variable("cells")[7], [[11, 12, 13], [21, 22, 23]])


def test_log_density_and_gradient_are_those_of_the_formula(model):
    point = {"mu": 0.0, "tau": 1.0, "sigma": 1.0, "theta": [0.0, 0.0, 0.0, 0.0]}
    y = np.array(json.loads((REFERENCE / "levels.json").read_text())["y"])
    # Normal kernels: two scales of 1 with sd 2, and the data about 0; the log Jacobian of log(1) is 0.
    expected = -0.5 * (1 / 4 + 1 / 4) - 0.5 * (y**2).sum()
    result = model.log_prob(point, DATA, sig_figs=12)
    assert result["lp__"][0] == pytest.approx(expected, rel=1e-9)
    assert result["g_theta.1"][0] == pytest.approx(y[:5].sum(), rel=1e-9)


def test_gradients_agree_with_finite_differences(model):
    table = model.diagnose(data=DATA, inits={"mu": 0.0, "tau": 1.0, "sigma": 1.0, "theta": [0.0] * 4})
    np.testing.assert_allclose(table["model"], table["finite_diff"], atol=1e-5)


def test_a_fixed_parameter_run_draws_generated_quantities_only(model):
    fit = model.sample(DATA, fixed_param=True, chains=1, iter_sampling=10, seed=1, **QUIET)
    assert fit.draws().shape == (10, 1, 17)
    assert np.ptp(fit.stan_variable("mu")) == 0
    assert np.ptp(fit.stan_variable("y_new")) > 0


USER = """
functions { real twice(real x); }
parameters { real<lower=0, upper=1> p; }
model { profile("prior") { target += normal_lpdf(twice(p) | 1, 1); } }
"""
HEADER = """
#include <ostream>
template <typename T>
auto twice(const T& x, std::ostream* messages) { return 2 * x; }
"""


@pytest.fixture(scope="module")
def user_model(model, tmp_path_factory):
    """A program with a function written in C++ and a profile; cmdstanpy wants no space in such paths."""
    folder = tmp_path_factory.mktemp("user")
    (folder / "user.stan").write_text(USER)
    (folder / "twice.hpp").write_text(HEADER)
    return cmdstanpy.CmdStanModel(stan_file=folder / "user.stan", user_header=folder / "twice.hpp")


def test_a_function_written_in_cpp_is_used(user_model):
    lp = user_model.log_prob({"p": 0.25}, jacobian=False, sig_figs=12)["lp__"][0]
    assert lp == pytest.approx(-0.5 * np.log(2 * np.pi) - 0.5 * 0.25, rel=1e-9)


def test_profiles_are_written_where_asked(user_model, tmp_path):
    fit = user_model.sample(
        chains=1, seed=1, iter_warmup=50, iter_sampling=10, save_profile=True, output_dir=tmp_path, **QUIET
    )
    lines = Path(fit.runset.profile_files[0]).read_text().splitlines()
    assert lines[0].startswith("name,thread_id,total_time")
    assert lines[1].startswith("prior,")


def test_a_program_without_parameters_is_only_simulated(model, tmp_path):
    (tmp_path / "none.stan").write_text("generated quantities { real x = normal_rng(0, 1); }")
    none = cmdstanpy.CmdStanModel(stan_file=tmp_path / "none.stan")
    fit = none.sample(chains=1, iter_sampling=25, seed=1, **QUIET)
    assert fit.stan_variable("x").shape == (25,)


def test_an_error_of_stanc_reaches_the_person_with_its_line(wheel_home, tmp_path):
    (tmp_path / "bad.stan").write_text("parameters { real x }\n")
    done = make(wheel_home, tmp_path / "bad")
    assert done.returncode != 0
    assert "line 1" in done.stderr


def test_stanli_and_this_cmdstan_walk_the_same_chain(model):
    stanli = pytest.importorskip("stanli")
    data = json.loads((REFERENCE / "levels.json").read_text())
    other = stanli.Model(stan_code=(REFERENCE / "levels.stan").read_text(), data=data)
    theirs = other.sample(
        chains=1, seed=4711, warmup=200, samples=20, save_warmup=True, refresh=0, parallel_chains=1
    )
    ours = model.sample(
        DATA, seed=4711, chains=1, iter_warmup=200, iter_sampling=20, save_warmup=True, sig_figs=17, **QUIET
    )
    column = ours.column_names.index("mu")
    np.testing.assert_allclose(
        ours.draws(inc_warmup=True)[:50, 0, column], np.ravel(theirs.draws("mu"))[:50], atol=1e-8
    )
