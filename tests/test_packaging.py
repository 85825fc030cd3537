"""What is built installs by itself: sdist, wheel from the sdist, a fresh environment, a demo.

Needs a package index, for the build's and the package's own dependencies.
"""

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

import stanlevels as sl

ROOT = Path(__file__).parents[1]
CLEAN = {
    key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
}

pytestmark = pytest.mark.slow


def run(*command, cwd):
    done = subprocess.run([str(part) for part in command], cwd=cwd, env=CLEAN, capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """A package index that can be reached."""
    probe = tmp_path_factory.mktemp("probe")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "hatchling"]
    if subprocess.run(command, cwd=probe, capture_output=True).returncode != 0:
        pytest.skip("no package index can be reached")


@pytest.fixture(scope="module")
def built(index, tmp_path_factory):
    """The sdist, and the wheel built from it."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT, cwd=folder)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return sdist, wheel


@pytest.fixture(scope="module")
def bin_of_a_fresh_environment(built, tmp_path_factory):
    home = tmp_path_factory.mktemp("fresh") / "venv"
    venv.create(home, with_pip=True)
    run(home / "bin" / "pip", "install", "--quiet", built[1], cwd=home)
    return home / "bin"


def test_the_wheel_holds_templates_and_examples_with_their_data(built):
    names = set(zipfile.ZipFile(built[1]).namelist())
    for path in [*ROOT.glob("stan_templates/**/*"), *ROOT.glob("examples/**/*")]:
        if path.is_file() and "__pycache__" not in path.parts:
            assert f"stanlevels/_data/{path.relative_to(ROOT).as_posix()}" in names
    assert {"stanlevels/py.typed", "stanlevels/language/callables.pyi"} <= names
    assert {"stanlevels/results/report/page.css", "stanlevels/results/report/page.js"} <= names
    assert {p.relative_to(ROOT).as_posix() for p in ROOT.glob("stanlevels/**/*.pyi")} <= names
    assert not [name for name in names if name.startswith(("tests/", "docs/"))]


def test_the_sdist_holds_what_the_tests_need(built):
    with tarfile.open(built[0]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    for name in ("README.md", "LICENSE", "CHANGELOG.md", "run", "docs/language.md", "tests/test_run.py"):
        assert name in names


def test_a_demo_runs_from_the_wheel_alone(bin_of_a_fresh_environment, tmp_path):
    said = run(bin_of_a_fresh_environment / "stanlevels", "demo", "romcom", "--draws", "100", cwd=tmp_path)
    assert "friend 30" in said
    assert str(ROOT) not in said


def test_the_command_knows_its_version_in_a_fresh_environment(bin_of_a_fresh_environment, tmp_path):
    said = run(bin_of_a_fresh_environment / "stanlevels", "--version", cwd=tmp_path)
    assert said == f"stanlevels {sl.__version__}\n"
    said = run(bin_of_a_fresh_environment / "stanlevels", "doctor", "--quick", cwd=tmp_path)
    assert "Ready." in said
