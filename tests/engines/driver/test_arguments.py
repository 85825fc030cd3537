"""Arguments, files and refusals that the reference does not cover, by CmdStan's documented behaviour."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.engines.driver.conftest import REFERENCE

pytestmark = [pytest.mark.cmdstan, pytest.mark.slow]

POINT = {"mu": 0.5, "tau": 1.5, "sigma": 0.7, "theta": [2.0, -0.5, 1.0, 0.5]}


@pytest.fixture
def run(reference_exe, tmp_path):
    """Run the reference model in a folder of its own."""
    shutil.copyfile(REFERENCE / "levels.json", tmp_path / "levels.json")

    def run(line, data=True, **environment):
        words = line.split() + (["data", "file=levels.json"] if data else [])
        return subprocess.run(
            [str(reference_exe), *words], cwd=tmp_path, capture_output=True, text=True, check=False,
            env=os.environ | environment,
        )  # fmt: skip

    return run


def table(path):
    """Header and rows of a CSV file."""
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return lines[0].split(","), [[float(cell) for cell in line.split(",")] for line in lines[1:]]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("sample num_samples=1e3", '1e3 is not a valid value for "num_samples"'),
        ("sample num_samples=10x", '10x is not a valid value for "num_samples"'),
        ("sample save_warmup=maybe", "Valid values: [0, 1]"),
        ("sample algorithm=hmc metric=round", "Valid values: unit_e, diag_e, dense_e"),
        ("sample thin=0", '0 is not a valid value for "thin"'),
        ("sample adapt init_buffer=-1", '-1 is not a valid value for "init_buffer"'),
        ("optimize num_samples=3", "num_samples=3 is either mistyped or misplaced."),
        ("sample output sig_figs=19", '19 is not a valid value for "sig_figs"'),
        ("sample random seed=4294967296", '4294967296 is not a valid value for "seed"'),
        ("sample id=0", '0 is not a valid value for "id"'),
        ("sample num_threads=0", '0 is not a valid value for "num_threads"'),
        ("id=1", "A method must be specified!"),
    ],
)
def test_an_argument_that_cannot_be_meant_is_refused_and_named(run, line, said):
    done = run(line, data=False)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.endswith("Failed to parse command arguments, cannot run model.\n")


def test_a_misplaced_argument_is_told_where_it_belongs(run):
    done = run("optimize num_samples=3", data=False)
    assert "method=sample num_samples=<int>" in done.stderr


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("sample num_warmup=0", "num_warmup) must be greater than zero"),
        ("sample adapt engaged=0 save_metric=1", "can only be enabled when adaptation is engaged"),
        ("sample num_chains=2 algorithm=hmc engine=static", "unavailable for the 'static' HMC engine"),
        ("laplace", "Missing mode argument"),
        ("laplace mode=levels.json", "Bad or missing parameter values, cannot unconstrain"),
        ("generate_quantities", "Missing fitted_params argument"),
        ("generate_quantities fitted_params=output.csv", "Filename conflict"),
        ("log_prob", "No input parameter files provided"),
        ("sample init=nowhere.json", "Can't open specified file"),
        ("sample output file=missing/out.csv", "Can't open output file"),
        ("sample output file=.", "Ill-formed output filename"),
    ],
)
def test_what_cannot_be_run_ends_in_a_sentence_and_status_1(run, line, said):
    done = run(line)
    assert done.returncode == 1
    assert said in done.stderr


def test_threads_are_refused_where_the_program_was_built_without(run):
    done = run("sample num_threads=3", data=False)
    assert done.returncode == 1
    assert '3 is not a valid value for "num_threads"' in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("method", ["sample", "optimize", "log_prob constrained_params=point.json"])
def test_a_full_disk_ends_a_run_instead_of_leaving_a_short_file(run, tmp_path, method):
    (tmp_path / "point.json").write_text(json.dumps(POINT))
    (tmp_path / "out.csv").symlink_to("/dev/full")
    done = run(f"{method} output file=out.csv refresh=0")
    assert done.returncode == 1
    assert "could not be written: is the disk full?" in done.stderr


def test_help_and_usage_name_the_methods(run):
    done = run("help", data=False)
    assert done.returncode == 0
    for method in ("sample", "optimize", "laplace", "pathfinder", "variational", "log_prob"):
        assert method in done.stdout
    assert "max_depth=<int>" in run("help-all", data=False).stdout
    assert "sig_figs=<int>" in run("output help-all", data=False).stdout
    assert run("", data=False).returncode == 1


def test_the_configuration_is_saved_as_json_that_mirrors_the_arguments(run, tmp_path):
    done = run("sample num_warmup=20 num_samples=5 output save_cmdstan_config=1 file=out.csv random seed=3")
    assert done.returncode == 0, done.stderr
    config = json.loads((tmp_path / "out_config.json").read_text())
    assert config["model_name"] == "levels_model"
    assert config["method"]["value"] == "sample"
    assert config["method"]["sample"]["num_samples"] == 5
    assert config["method"]["sample"]["algorithm"]["hmc"]["metric"] == {"value": "diag_e"}
    assert config["random"]["seed"] == 3


def test_log_prob_agrees_with_the_sampler_and_with_rows_of_raw_parameters(run, tmp_path):
    (tmp_path / "point.json").write_text(json.dumps(POINT))
    raw = [[0.1 * i for i in range(7)], [-0.2 * i for i in range(7)]]
    (tmp_path / "raw.json").write_text(json.dumps({"params_r": raw}))
    (tmp_path / "row.json").write_text(json.dumps({"params_r": raw[1]}))
    assert run("log_prob constrained_params=point.json output file=a.csv sig_figs=17").returncode == 0
    assert run("log_prob unconstrained_params=raw.json output file=b.csv sig_figs=17").returncode == 0
    assert run("log_prob unconstrained_params=row.json output file=c.csv sig_figs=17").returncode == 0
    names, rows = table(tmp_path / "a.csv")
    assert names[0] == "lp__"
    assert len(rows) == 1
    assert table(tmp_path / "b.csv")[1][1] == table(tmp_path / "c.csv")[1][0]


def test_a_saved_metric_and_step_size_start_another_run(run, tmp_path):
    line = "sample num_warmup=200 num_samples=5 adapt save_metric=1 random seed=1 output file=first.csv"
    assert run(line).returncode == 0
    metric = json.loads((tmp_path / "first_metric.json").read_text())
    assert metric["metric_type"] == "diag_e"
    assert len(metric["inv_metric"]) == 7
    again = run(
        f"sample num_warmup=0 num_samples=5 adapt engaged=0 algorithm=hmc metric_file=first_metric.json "
        f"stepsize={metric['stepsize']} output file=second.csv"
    )
    assert again.returncode == 0, again.stderr
    names, rows = table(tmp_path / "second.csv")
    assert rows[0][names.index("stepsize__")] == pytest.approx(metric["stepsize"], rel=1e-5)


def test_starting_values_per_chain_come_from_numbered_files(run, tmp_path):
    for chain in (3, 4):
        (tmp_path / f"start_{chain}.json").write_text(json.dumps(POINT | {"mu": float(chain)}))
    line = "sample algorithm=fixed_param num_samples=1 num_chains=2 id=3 init=start.json output file=out.csv"
    assert run(line).returncode == 0
    for chain in (3, 4):
        names, rows = table(tmp_path / f"out_{chain}.csv")
        assert rows[0][names.index("mu")] == chain


@pytest.mark.parametrize("engine", ["static", "nuts"])
@pytest.mark.parametrize("metric", ["unit_e", "diag_e", "dense_e"])
@pytest.mark.parametrize("engaged", [0, 1])
def test_every_engine_and_metric_runs(run, tmp_path, engine, metric, engaged):
    done = run(
        f"sample num_warmup=60 num_samples=10 adapt engaged={engaged} algorithm=hmc engine={engine} "
        f"metric={metric} stepsize=0.05 random seed=5 output file=out.csv refresh=0"
    )
    assert done.returncode == 0, done.stderr
    assert len(table(tmp_path / "out.csv")[1]) == 10


def test_single_paths_of_pathfinder_are_written_if_asked_for(run, tmp_path):
    done = run(
        "pathfinder num_paths=2 num_draws=10 num_psis_draws=10 save_single_paths=1 output file=out.csv"
    )
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.glob("out*")} == {
        "out.csv", "out_path_1.csv", "out_path_2.csv", "out_path_1.json", "out_path_2.json",
    }  # fmt: skip


def test_fullrank_and_every_optimiser_with_jacobian_run(run, tmp_path):
    assert run("variational algorithm=fullrank output_samples=5 random seed=2").returncode == 0
    modes = []
    for algorithm in ("lbfgs", "bfgs", "newton"):
        line = (
            f"optimize algorithm={algorithm} jacobian=1 random seed=2 output file={algorithm}.csv sig_figs=9"
        )
        assert run(line).returncode == 0
        modes.append(table(tmp_path / f"{algorithm}.csv")[1][0][:8])
    assert modes[1] == pytest.approx(modes[0], abs=2e-3)
    assert modes[2] == pytest.approx(modes[0], abs=2e-3)


def test_two_clock_seeds_are_recorded_in_the_file(run, tmp_path):
    assert run("sample num_warmup=20 num_samples=2 output file=out.csv").returncode == 0
    line = next(line for line in (tmp_path / "out.csv").read_text().splitlines() if "seed = " in line)
    assert int(line.split(" = ")[1].split()[0]) >= 0
    assert line.endswith("(Default)")
