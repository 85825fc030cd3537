"""The README's two commands: `./run demo` and `./run test`, which make the environment they need.

The script runs here with Pythons that only look like it, as far as that goes without a package index; in an
environment of its own where one can be reached (slow).
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = ("cat", "cksum", "dirname", "env", "mkdir", "rm", "rmdir", "sed", "sh")

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a script for sh")


def commands():
    """What the README's first block says, without its comments."""
    first = re.search(r"^```sh\n(.*?)^```$", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    assert first
    return [line.partition("#")[0].strip() for line in first[1].splitlines()]


def executable(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def checkout(tmp_path):
    """The script alone, in a folder whose name has a space and a quote."""
    root = tmp_path / "a user's checkout"
    root.mkdir()
    for name in ("run", "pyproject.toml"):
        shutil.copy(ROOT / name, root)
    return root


@pytest.fixture
def path(tmp_path):
    """A PATH without any Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        (folder / tool).symlink_to(shutil.which(tool))
    return folder


@pytest.fixture
def run(checkout, path, tmp_path):
    def call(*arguments, **variables):
        environment = {"PATH": str(path), "HOME": str(tmp_path), **variables}
        command = [str(checkout / "run"), *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)

    return call


def python_that_says(environment, says="", pip_fails=False):
    """A Python in an environment that is new enough, has pip, and prints how else it is called."""
    (environment / "bin").mkdir(parents=True)
    (environment / "pyvenv.cfg").touch()
    text = f"""#!/bin/sh
    case "$1" in -c) exit 0 ;; esac
    echo "{says}$*"
    case "$*" in *install*) exit {int(pip_fails)} ;; esac
    """
    return executable(environment / "bin" / "python", text)


def test_the_readme_begins_with_the_two_commands_and_ci_runs_the_tests_by_the_second():
    assert commands() == ["./run demo", "./run test"]
    ci = ROOT / ".ci" / "run"
    assert [line for line in ci.read_text().splitlines() if line.startswith("./run test")]
    assert "python -m pytest" not in ci.read_text().replace("./run test", "")


def test_the_script_is_sh_and_can_be_executed():
    assert os.access(ROOT / "run", os.X_OK)
    for shell in filter(None, map(shutil.which, ("sh", "dash", "bash"))):
        assert subprocess.run([shell, "-n", str(ROOT / "run")], capture_output=True).stderr == b""


@pytest.mark.parametrize("arguments", [(), ("help",), ("tests",)])
def test_what_it_does_not_know_shows_what_it_does(run, arguments):
    done = run(*arguments)
    assert done.returncode == 2
    assert [line.split()[1] for line in done.stderr.splitlines()] == ["demo", "test", "docs", "setup"]


@pytest.mark.parametrize(
    ("arguments", "called"),
    [
        (("demo",), "-m stanlevels demo radon"),
        (("demo", "--draws", "100"), "-m stanlevels demo radon --draws 100"),
        (("demo", "crashes"), "-m stanlevels demo crashes"),
        (("test", "-m", "not slow"), "-m pytest -m not slow"),
    ],
)
def test_a_second_time_it_runs_at_once(run, checkout, arguments, called):
    python_that_says(checkout / ".venv")
    first, second = run(*arguments), run(*arguments)
    assert "-m pip install" in first.stdout
    assert first.stdout.endswith(f"{called}\n")
    assert second.stdout == f"{called}\n"
    assert second.stderr == ""


def test_what_the_tests_need_does_for_a_demo_but_not_the_other_way_round(run, checkout):
    python_that_says(checkout / ".venv")
    assert "--editable .\n" in run("demo").stdout
    assert "--editable .[test]\n" in run("test").stdout
    shutil.rmtree(checkout / ".venv")
    python_that_says(checkout / ".venv")
    assert "--editable .[test]\n" in run("setup").stdout
    assert run("demo").stdout == "-m stanlevels demo radon\n"


def test_other_requirements_are_installed_anew(run, checkout):
    python_that_says(checkout / ".venv")
    run("demo")
    with (checkout / "pyproject.toml").open("a") as file:
        file.write("# changed\n")
    assert "install" in run("demo").stdout


def test_a_failed_installation_is_tried_again(run, checkout):
    python_that_says(checkout / ".venv", pip_fails=True)
    done = run("demo")
    assert done.returncode == 1
    assert "pip could not install it, and says why above" in done.stderr
    assert "install" in run("demo").stdout


def test_another_folder_may_hold_the_environment(run, checkout, tmp_path):
    python_that_says(tmp_path / "elsewhere")
    assert "stanlevels demo" in run("demo", STANLEVELS_VENV="elsewhere").stdout
    assert not (checkout / ".venv").exists()


def test_without_python_it_says_what_to_install(run, path):
    executable(path / "python3", "#!/bin/sh\nexit 1\n")  # what is too old says so
    done = run("demo")
    assert done.returncode == 1
    assert re.search(
        r"no Python 3.11 or later among .*python3 .*; .*apt-get install python3 python3-venv", done.stderr
    )
    assert len(done.stderr.splitlines()) == 1


def test_a_folder_that_something_else_filled_is_left_alone(run, checkout):
    kept = checkout / ".venv" / "kept"
    kept.parent.mkdir()
    kept.touch()
    done = run("demo")
    assert done.returncode == 1
    assert "is not empty and has no Python 3.11 or later with pip" in done.stderr
    assert kept.exists()


def test_where_it_cannot_write_it_says_where_else(run, checkout):
    (checkout / ".venv").touch()  # not a folder: nobody can write into it, root included
    done = run("test")
    assert done.returncode == 1
    assert "STANLEVELS_VENV=" in done.stderr


def test_an_environment_is_made_where_debian_left_ensurepip_out(run, path, tmp_path, checkout):
    """pip comes from the Python at hand; what is half made is made anew."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    for absent in ("ensurepip", "virtualenv"):
        (hidden / f"{absent}.py").write_text(f"raise ModuleNotFoundError(name='{absent}')\n")
    log = tmp_path / "log"
    text = f"""#!/bin/sh
    case "$*" in *"-m pip"*) echo "$*" >>"{log}" ; exit 1 ;; esac
    PYTHONPATH="{hidden}" exec "{sys.executable}" "$@"
    """
    executable(path / "python3", text)
    for _ in range(2):
        done = run("demo")
        assert done.returncode == 1
        assert "could not make an environment; what it takes is in" in done.stderr
    calls = log.read_text().splitlines()
    assert len(calls) == 2
    assert calls[0].startswith(f"-m pip --python {checkout}/.venv/bin/python install")


@pytest.mark.slow
def test_a_fresh_checkout_ends_with_the_posterior(tmp_path):
    """From another folder, with an environment of its own, twice."""
    probe = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "hatchling"]
    if subprocess.run(probe, cwd=tmp_path, capture_output=True).returncode != 0:
        pytest.skip("no package index can be reached")
    fresh = tmp_path / "a checkout"
    left = shutil.ignore_patterns(".*", "__pycache__", "tests", "benchmarks")
    shutil.copytree(ROOT, fresh, ignore=left)
    names = ("PYTHONPATH", "VIRTUAL_ENV", "STANLEVELS_VENV")
    environment = {key: value for key, value in os.environ.items() if key not in names}
    for word in ("Installing", "engine"):
        done = subprocess.run(
            [str(fresh / "run"), "demo", "--draws", "200"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert re.search(r"^county_sd +0\.1", done.stdout, re.MULTILINE)
        assert word in done.stderr
    assert "Installing" not in done.stderr
