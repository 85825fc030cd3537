"""What CmdStan alone can meet: executables that die, files that are cut off, folders with difficult names."""

import json
import os
import signal
import stat
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stanlevels.engines import Settings
from stanlevels.engines.cache import Program, cache_folder
from stanlevels.engines.cmdstan import CmdStan, CmdStanProgram
from stanlevels.errors import DataError, EngineError
from tests.engines.stand_in import RUN_BY_PYTHON

PROGRAMS = Path(__file__).parent / "programs"
CODE = (PROGRAMS / "levels.stan").read_text()
DATA = json.loads((PROGRAMS / "levels.json").read_text())

pytestmark = pytest.mark.cmdstan


@pytest.fixture(scope="module")
def cmdstan():
    engine = CmdStan(lambda line: None)
    if why := engine.why_not():
        pytest.skip(f"engine cmdstan cannot be tested: {why}")
    return engine


@pytest.fixture(scope="module")
def program(cmdstan):
    return cmdstan.prepare(CODE, DATA, name="levels")


def with_executable(program, path):
    """The same program, run by another executable."""
    compiled = replace(program._compiled, executable=path)
    return CmdStanProgram(CODE, DATA, compiled, program._document, program._versions)


def script(tmp_path, program, after):
    """An executable that runs the real one, and then some lines of Python on its output file."""
    path = tmp_path / "altered"
    path.write_text(
        f"{RUN_BY_PYTHON}"
        "import subprocess, sys\n"
        f"code = subprocess.run([{str(program._compiled.executable)!r}, *sys.argv[1:]]).returncode\n"
        "files = [argument.partition('=')[2] for argument in sys.argv if argument.startswith('file=')]\n"
        f"if 'method=sample' in sys.argv:\n    text = open(files[-1]).read()\n    {after}\n"
        "sys.exit(code)\n"
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return with_executable(program, path)


def test_other_data_and_other_comments_compile_nothing(program):
    notices: list[str] = []
    again = CmdStan(notices.append)
    again.prepare(f"// with a comment\n{CODE}", {**DATA, "y": np.zeros(20)}, name="levels")
    assert notices == []


def test_before_a_compilation_one_line_says_how_long_it_takes(cmdstan, tmp_path, monkeypatch):
    monkeypatch.setenv("STANLEVELS_CACHE", str(tmp_path))
    notices: list[str] = []
    with pytest.raises(EngineError):
        CmdStan(notices.append).prepare("model { wrong }", {}, name="crashes")
    (notice,) = notices
    assert notice.startswith(
        f"compiling crashes with CmdStan {cmdstan.version()} (about half a minute, once;"
    )
    assert not list(cache_folder().glob("*/about.json"))


@pytest.mark.parametrize(
    "after",
    [
        "open(files[-1], 'w').write(text[:-2500])",
        "open(files[-1], 'w').write('\\n'.join(text.split('\\n')[:70]))",
        "open(files[-1], 'w').write('')",
    ],
    ids=["cut in a row", "rows missing", "empty"],
)
def test_a_file_that_is_cut_off_is_an_error_whatever_the_exit_code(program, tmp_path, after):
    with pytest.raises(EngineError):
        script(tmp_path, program, after).sample(Settings(chains=1, warmup=50, draws=40, progress=False))


def test_rows_are_counted(program, tmp_path):
    """The last ten draws are dropped, the comments after them are kept."""
    after = (
        "lines = text.split('\\n'); last = max(i for i, l in enumerate(lines) if l[:1] not in ('', '#')); "
        "open(files[-1], 'w').write('\\n'.join(lines[:last - 9] + lines[last + 1:]))"
    )
    with pytest.raises(EngineError, match="30"):
        script(tmp_path, program, after).sample(Settings(chains=1, warmup=50, draws=40, progress=False))


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="processes are found through /proc")
def test_an_executable_that_the_system_kills_is_named_with_the_likely_reason(program):
    def kill_second():
        """Kill the executable, not the worker, of chain 2."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            for entry in Path("/proc").glob("[0-9]*"):
                try:
                    command = (entry / "cmdline").read_bytes().decode().split("\0")
                except OSError:
                    continue
                if (
                    command[0] == str(program._compiled.executable)
                    and "id=2" in command
                    and "num_samples=20" in command
                ):
                    os.kill(int(entry.name), signal.SIGKILL)
                    return
            time.sleep(0.01)

    killer = threading.Thread(target=kill_second)
    killer.start()
    draws = program.sample(Settings(chains=3, warmup=300_000, draws=20, parallel=3, progress=False))
    killer.join()
    assert draws.chains == (1, 3)
    assert draws.failures[0].chain == 2
    assert "killed by the system, probably because memory ran out" in draws.failures[0].message


def test_data_that_stan_refuses_are_refused_before_sampling_at_the_line_of_the_text_asked_for(
    cmdstan, program
):
    """The executable was compiled from a text without these comments: it counts lines without them."""
    assert program.n_unconstrained == 7
    for above, line in (("", 1), ("// one\n// two\n", 3)):
        with pytest.raises(DataError, match=f"line {line}, column 39") as caught:
            cmdstan.prepare(above + CODE, {**DATA, "N": 21})
        assert "dims declared=(21)" in str(caught.value)


def test_starting_values_are_checked_before_anything_runs(program):
    with pytest.raises(DataError, match="lack 'theta'"):
        program.sample(Settings(chains=2, inits={"mu": 0.0, "tau": 1.0, "sigma": 1.0}, progress=False))


def test_values_lose_no_digit_on_their_way_through_files(program):
    """The density that CmdStan recorded for a draw is the density at its values, up to rounding."""
    draws = program.sample(Settings(chains=1, warmup=200, draws=5, progress=False))
    for row in range(5):
        values = {name: draws.variables[name][0, row] for name in ("mu", "tau", "sigma", "theta")}
        density, _ = program.log_density(program.unconstrain(values))
        assert density == pytest.approx(draws.stats["lp"][0, row], rel=1e-12)


@pytest.mark.slow
def test_a_program_compiles_and_runs_in_folders_with_difficult_names(cmdstan, tmp_path, monkeypatch):
    place = tmp_path / "mit Leer~zeichen ü 数"
    place.mkdir()
    monkeypatch.setenv("STANLEVELS_CACHE", str(place / "cache"))
    code = "parameters { real mu; }\nmodel { mu ~ normal(0, 1); }\n"
    program = CmdStan(lambda line: None).prepare(code, {})
    monkeypatch.setattr("tempfile.tempdir", str(place))
    assert isinstance(program._compiled, Program)
    assert str(place) in str(program._compiled.executable)
    draws = program.sample(Settings(chains=2, warmup=50, draws=10, inits={"mu": 0.5}, progress=False))
    assert draws.variables["mu"].shape == (2, 10)
    assert program.log_density(np.array([2.0]))[1] == pytest.approx([-2.0])
