"""Finding CmdStan."""

import subprocess
import sys
from pathlib import Path

import pytest

from stanlevels.engines import choose, toolchain
from stanlevels.engines.choose import choose_engine, get_engine
from stanlevels.errors import EngineError, EngineMissing


@pytest.fixture
def person(tmp_path, monkeypatch):
    """A home folder without CmdStan."""
    monkeypatch.delenv("CMDSTAN", raising=False)
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.delenv("MAKE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    return tmp_path


def install(folder, version, local=None):
    folder.mkdir(parents=True)
    (folder / "makefile").write_text(f"# a makefile\nCMDSTAN_VERSION := {version}\n")
    if local is not None:
        (folder / "make").mkdir()
        (folder / "make" / "local").write_text(local)
    return folder


def test_without_cmdstan_that_is_said(person):
    assert toolchain.home() is None
    assert toolchain.why_not() == "no CmdStan is installed"


def test_the_highest_version_is_taken_not_the_last_in_the_alphabet(person):
    for version in ("2.9.0", "2.35.0", "2.36.0-rc1", "2.36.0", "2.36.0-rc2"):
        install(person / ".cmdstan" / f"cmdstan-{version}", version)
    assert toolchain.home() == person / ".cmdstan" / "cmdstan-2.36.0"


def test_a_home_that_is_named_comes_first(person, monkeypatch):
    install(person / ".cmdstan" / "cmdstan-2.36.0", "2.36.0")
    named = install(person / "my stan", "2.35.0")
    monkeypatch.setenv("CMDSTAN", str(named))
    assert toolchain.home() == named
    monkeypatch.setenv("CMDSTAN", "~/my stan")
    assert toolchain.home() == named


def test_what_we_find_cmdstanpy_finds(person, monkeypatch):
    cmdstanpy = pytest.importorskip("cmdstanpy")
    for version in ("2.9.0", "2.35.0", "2.36.0"):
        install(person / ".cmdstan" / f"cmdstan-{version}", version)
    monkeypatch.setenv("CMDSTAN", "")
    assert Path(cmdstanpy.cmdstan_path()) == toolchain.home()


def test_a_folder_without_a_version_is_no_cmdstan(person, monkeypatch):
    (person / "empty").mkdir()
    monkeypatch.setenv("CMDSTAN", str(person / "empty"))
    assert "holds no CmdStan" in toolchain.why_not()


def test_an_old_cmdstan_is_too_old(person):
    install(person / ".cmdstan" / "cmdstan-2.30.1", "2.30.1")
    assert "2.30.1 is too old" in toolchain.why_not()


def test_without_a_compiler_that_is_said(person, monkeypatch):
    install(person / ".cmdstan" / "cmdstan-2.36.0", "2.36.0", local="CXX = no-such-compiler++ -m64\n")
    monkeypatch.setenv("PATH", "")
    make = "mingw32-make" if sys.platform == "win32" else "make"
    assert toolchain.why_not() == f"there is no {make} and no no-such-compiler++ to compile with"


def test_flags_and_compiler_are_part_of_the_toolchain(person):
    install(person / ".cmdstan" / "cmdstan-2.36.0", "2.36.0", local=f"CXX = '{sys.executable}'\nO = 1\n")
    tools = toolchain.toolchain()
    assert tools.version == "2.36.0"
    assert tools.compiler.startswith("Python 3")
    assert "O = 1" in tools.options


class Fake:
    """An engine that says whether it is here."""

    def __init__(self, name, why=""):
        self.name, self._why = name, why

    def why_not(self):
        return self._why

    def version(self):
        return "1.2.3"


def choices(monkeypatch, *engines):
    monkeypatch.setattr(choose, "engines", lambda notify: {engine.name: engine for engine in engines})


@pytest.fixture
def no_preference(monkeypatch):
    monkeypatch.delenv("STANLEVELS_ENGINE", raising=False)


def test_the_environment_may_say_what_auto_means(monkeypatch):
    monkeypatch.setenv("STANLEVELS_ENGINE", "stanli")
    engine, sentence = choose_engine("auto")
    assert engine.name == "stanli"
    assert sentence.endswith("(by STANLEVELS_ENGINE)")
    monkeypatch.setenv("STANLEVELS_ENGINE", "jags")
    with pytest.raises(EngineError, match=r"'jags' \(by STANLEVELS_ENGINE\)"):
        choose_engine("auto")


def test_auto_prefers_cmdstan_and_says_so(monkeypatch, no_preference):
    choices(monkeypatch, Fake("cmdstan"), Fake("stanli"))
    engine, sentence = choose_engine("auto")
    assert engine.name == "cmdstan"
    assert sentence == "engine: cmdstan 1.2.3"


def test_auto_falls_back_to_the_embedded_engine_and_says_why(monkeypatch, no_preference):
    choices(monkeypatch, Fake("cmdstan", "no CmdStan is installed"), Fake("stanli"))
    engine, sentence = choose_engine()
    assert engine.name == "stanli"
    assert sentence == "engine: stanli 1.2.3 (no CmdStan is installed)"


def test_an_engine_that_is_not_here_is_an_error_with_the_reason(monkeypatch, no_preference):
    choices(monkeypatch, Fake("cmdstan", "no CmdStan is installed"), Fake("stanli", "not installed"))
    with pytest.raises(EngineMissing, match="no CmdStan is installed"):
        get_engine("cmdstan")
    with pytest.raises(EngineMissing, match="no engine can be used: no CmdStan is installed; not installed"):
        get_engine()


def test_an_engine_that_does_not_exist_is_an_error_with_the_names():
    with pytest.raises(EngineError, match="'auto', 'stanli', 'cmdstan'"):
        get_engine("pymc")


@pytest.mark.parametrize(
    ("use", "allowed"),
    [
        ("from stanlevels.engines.choose import choose_engine, engines; engines()", set()),
        ("import stanlevels.engines.worker, stanlevels.engines.stanli_chain as c; c.package()", {"stanli"}),
    ],
    ids=["engines", "worker"],
)
def test_nothing_heavy_is_loaded_until_it_is_used(use, allowed):
    heavy = {"stanli", "cmdstanpy", "pandas", "polars", "scipy", "xarray", "tqdm", "multiprocessing"}
    script = f"import sys; {use}; print(sorted({heavy} & set(sys.modules)))"
    root = str(Path(__file__).parents[2])
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=root)
    assert ran.stdout.strip() == str(sorted(allowed))
