"""`bin/stansummary` and `bin/diagnose`, on files that CmdStan wrote and on chains with known faults."""

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from stanlevels.engines.home.layout import driver_files
from tests.arviz_of_any_age import ess_tail
from tests.engines.driver.conftest import REFERENCE

SCRIPTS = Path(str(driver_files())) / "scripts"
CHAINS = [str(REFERENCE / f"sample_diag_{chain}.csv") for chain in (1, 2)]


def run(script, *words):
    command = [sys.executable, str(SCRIPTS / f"{script}.py"), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def rows(path):
    with path.open() as file:
        return {row["name"]: row for row in csv.DictReader(file)}


def chain_file(path, x, divergent=0, depth=3, energy=None):
    """A chain as CmdStan writes it, with one parameter."""
    energy = np.zeros(len(x)) if energy is None else energy
    lines = ["# method = sample (Default)", "#       max_depth = 10 (Default)", "# model = m_model"]
    lines += ["lp__,treedepth__,divergent__,energy__,theta"]
    lines += [f"{-v * v / 2},{depth},{divergent},{e},{v}" for v, e in zip(x, energy, strict=True)]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def good(tmp_path):
    """Four chains of independent draws."""
    rng = np.random.default_rng(1)
    draws = rng.normal(size=(4, 1000))
    files = [chain_file(tmp_path / f"{i}.csv", x, energy=rng.normal(size=1000)) for i, x in enumerate(draws)]
    return draws, files


def test_the_summary_leaves_warm_up_out_and_names_cells_as_stan_does(tmp_path):
    done = run(
        "stansummary",
        "--percentiles= 5,50,95",
        "--sig_figs=12",
        f"--csv_filename={tmp_path / 's.csv'}",
        *CHAINS,
    )
    assert done.returncode == 0, done.stderr
    table = rows(tmp_path / "s.csv")
    kept = []
    for file in CHAINS:
        lines = [line for line in Path(file).read_text().splitlines() if not line.startswith("#")]
        kept += [float(line.split(",")[7]) for line in lines[1:][-20:]]
    assert float(table["mu"]["Mean"]) == pytest.approx(np.mean(kept), rel=1e-10)
    assert float(table["mu"]["StdDev"]) == pytest.approx(np.std(kept, ddof=1), rel=1e-10)
    assert float(table["mu"]["50%"]) == pytest.approx(np.median(kept), rel=1e-10)
    assert {"theta[4]", "cells[2,3]", "lp__"} <= set(table)
    assert float(table["cells[2,3]"]["Mean"]) == 23
    assert table["cells[2,3]"]["R_hat"] == "nan"


def test_the_statistics_are_those_of_arviz(good, tmp_path):
    arviz = pytest.importorskip("arviz")
    draws, files = good
    run("stansummary", "-s", "10", "-c", tmp_path / "s.csv", *files)
    row = {name: float(value) for name, value in rows(tmp_path / "s.csv")["theta"].items() if name != "name"}
    assert row["ESS_bulk"] == pytest.approx(arviz.ess(draws, method="bulk"), rel=1e-6)
    assert row["ESS_tail"] == pytest.approx(ess_tail(draws), rel=1e-6)
    assert row["R_hat"] == pytest.approx(arviz.rhat(draws), abs=1e-6)
    assert row["MCSE"] == pytest.approx(arviz.mcse(draws), rel=1e-6)


def test_only_the_columns_asked_for_are_shown(good):
    _, files = good
    out = run("stansummary", "-i", "theta", *files).stdout
    assert "theta" in out
    assert "lp__" not in out
    assert run("stansummary", "-i", "nothing", *files).returncode == 1


def test_good_chains_have_no_problems_in_the_words_of_cmdstan(good):
    """As cmdstanr's reference of `fit$cmdstan_diagnose()` shows them."""
    _, files = good
    assert run("diagnose", *files).stdout.splitlines() == [
        "Checking sampler transitions treedepth.",
        "Treedepth satisfactory for all transitions.",
        "",
        "Checking sampler transitions for divergences.",
        "No divergent transitions found.",
        "",
        "Checking E-BFMI - sampler transitions HMC potential energy.",
        "E-BFMI satisfactory.",
        "",
        "Rank-normalized split effective sample size satisfactory for all parameters.",
        "",
        "Rank-normalized split R-hat values satisfactory for all parameters.",
        "",
        "Processing complete, no problems detected.",
    ]


def test_every_fault_is_told(tmp_path):
    rng = np.random.default_rng(2)
    files = []
    for i in range(2):
        x = np.cumsum(rng.normal(size=4000)) + 5000 * i
        energy = np.cumsum(rng.normal(size=4000) * 0.01)
        files.append(chain_file(tmp_path / f"{i}.csv", x, divergent=1, depth=10, energy=energy))
    out = run("diagnose", *files).stdout
    for words in (
        "8000 of 8000 (1e+02%) transitions hit the maximum treedepth limit of 10, or 2^10 leapfrog steps.",
        "transitions ended with a divergence.",
        "is below the nominal threshold of 0.30",
        "fewer than 0.001 effective draws per transition:\n  theta",
        "R-hat greater than 1.05:\n  theta",
    ):
        assert words in out
    assert "no problems detected" not in out


def test_a_share_is_told_with_two_digits(tmp_path):
    x = np.random.default_rng(3).normal(size=1000)
    file = chain_file(tmp_path / "1.csv", x, energy=x)
    lines = file.read_text().splitlines()
    lines[4:428] = [line.replace(",3,0,", ",10,0,", 1) for line in lines[4:428]]
    file.write_text("\n".join(lines) + "\n")
    assert "424 of 1000 (42%) transitions hit the maximum treedepth limit" in run("diagnose", file).stdout


@pytest.mark.parametrize("script", ["stansummary", "diagnose"])
def test_a_cut_file_is_refused_by_name(good, script, tmp_path):
    _, files = good
    cut = tmp_path / "cut.csv"
    cut.write_text(files[0].read_text()[:-12].rsplit(",", 1)[0] + "\n")
    done = run(script, files[1], cut)
    assert done.returncode == 1
    assert "cut.csv" in done.stderr


@pytest.mark.parametrize(
    ("name", "pretty"),
    [
        ("mu", "mu"),
        ("theta.3", "theta[3]"),
        ("m.2.3", "m[2,3]"),
        ("pair:1", "pair.1"),
        ("pair:2.4", "pair.2[4]"),
    ],
)
def test_names_of_columns_become_names_of_stan(name, pretty, monkeypatch):
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import csv_draws  # type: ignore[import-not-found]

    assert csv_draws.pretty(name) == pretty
