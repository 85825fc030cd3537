"""The cache of compiled programs, with compilers that are none."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from stanlevels.engines import cache
from stanlevels.engines.cache import STEM, cache_folder, key, program
from stanlevels.engines.toolchain import Toolchain
from stanlevels.errors import CompileError, EngineError

TOOLS = Toolchain(Path("/home/of/cmdstan"), "2.36.0", "g++ 12.2", "CXXFLAGS += -O3\n")
CODE = "parameters { real mu; }\nmodel { mu ~ normal(0, 1); }\n"
EXECUTABLE = f"{STEM}.exe" if sys.platform == "win32" else STEM


def held() -> set[str]:
    """The keys of the programs that the cache holds."""
    whole = {path.parent.name for path in cache_folder().glob(f"*/{EXECUTABLE}")}
    return {name for name in whole if ".building-" not in name}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    place = tmp_path / "a cache — mit Umlaut ü"
    monkeypatch.setenv("STANLEVELS_CACHE", str(place))
    return place


class Compiler:
    """Counts what it compiles."""

    def __init__(self):
        self.sources = []
        self.notices = 0

    def __call__(self, source):
        self.sources.append(source)
        (source.parent / EXECUTABLE).write_text("machine code of " + source.read_text())
        (source.parent / "by-product.hpp").write_text("")
        return ("mu",)

    def notify(self):
        self.notices += 1

    def make(self, code=CODE, tools=TOOLS):
        return program(code, tools, self, self.notify)


def test_a_program_is_compiled_once():
    compiler = Compiler()
    one, other = compiler.make(), compiler.make()
    assert one == other
    assert one.executable.read_text() == "machine code of " + CODE
    assert one.parameters == ("mu",)
    assert (len(compiler.sources), compiler.notices) == (1, 1)


def test_another_comment_compiles_nothing_and_the_compiled_text_is_known():
    compiler = Compiler()
    one, other = compiler.make(), compiler.make("// commented\n" + CODE.replace("; }", ";  }"))
    assert one.executable == other.executable
    assert other.source == CODE
    assert len(compiler.sources) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"version": "2.37.0"},
        {"compiler": "g++ 13.1"},
        {"options": "STAN_THREADS=true\n"},
        {"home": Path("/another/home")},
    ],
    ids=str,
)
def test_whatever_an_executable_depends_on_makes_another(change):
    compiler = Compiler()
    compiler.make()
    compiler.make(tools=replace(TOOLS, **change))
    assert len(compiler.sources) == 2


def test_another_number_in_the_program_makes_another_executable():
    assert key(CODE, TOOLS) != key(CODE.replace("1)", "2)"), TOOLS)


def test_times_of_modification_play_no_part():
    compiler = Compiler()
    made = compiler.make()
    for path in made.executable.parent.iterdir():
        os.utime(path, (1, 1))
    compiler.make()
    os.utime(made.executable.parent / f"{STEM}.stan", (2e9, 2e9))
    compiler.make()
    assert len(compiler.sources) == 1


def test_a_build_that_fails_leaves_nothing(folder):
    def refuse(source):
        (source.parent / EXECUTABLE).write_text("half")
        raise CompileError("no")

    with pytest.raises(CompileError):
        program(CODE, TOOLS, refuse, lambda: None)
    assert [path for path in folder.rglob("*") if path.suffix != ".lock" and path.is_file()] == []
    compiler = Compiler()
    assert compiler.make().executable.read_text().endswith(CODE)


def test_a_compiler_that_leaves_no_executable_is_not_believed():
    with pytest.raises(EngineError, match="no executable"):
        program(CODE, TOOLS, lambda source: (), lambda: None)


def test_what_an_interrupted_build_left_is_neither_used_nor_kept(folder):
    """As after a kill in the middle of a build."""
    name = key(CODE, TOOLS)
    left = folder / "cmdstan" / f"{name}.building-xyz"
    left.mkdir(parents=True)
    (left / EXECUTABLE).write_text("half")
    compiler = Compiler()
    assert compiler.make().executable.read_text() == "machine code of " + CODE
    assert not left.exists()


def cut(path):
    path.write_bytes(path.read_bytes()[:-10])


def flip(path):
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])


@pytest.mark.parametrize(
    ("name", "damage", "said"),
    [
        (EXECUTABLE, Path.unlink, "No such file"),
        (EXECUTABLE, cut, "bytes are there"),
        (EXECUTABLE, lambda path: path.write_bytes(b""), "0 of"),
        (EXECUTABLE, lambda path: path.chmod(0o600), "no right to run"),
        (EXECUTABLE, flip, "not those that were compiled"),
        (f"{STEM}.stan", flip, "source"),
        ("about.json", Path.unlink, "description"),
        ("about.json", cut, "description"),
        ("about.json", lambda path: path.write_text("[]"), "description"),
        ("about.json", lambda path: path.write_text('{"a": 1}'), "description"),
        ("about.json", lambda path: path.write_bytes(b"\xff\xfe"), "description"),
    ],
)
def test_a_damaged_entry_is_built_anew_and_that_is_said(name, damage, said):
    compiler = Compiler()
    lines: list[str] = []
    made = compiler.make()
    damage(made.executable.parent / name)
    again = program(CODE, TOOLS, compiler, compiler.notify, lines.append)
    assert again.executable.read_text() == "machine code of " + CODE
    assert again.parameters == ("mu",)
    assert os.access(again.executable, os.X_OK)
    assert len(compiler.sources) == 2
    (line,) = lines
    assert said in line
    assert "compiled again" in line


def test_what_is_whole_is_read_once_a_process(monkeypatch):
    from stanlevels.engines import seal

    compiler = Compiler()
    compiler.make()
    read: list[str] = []
    digest = seal._digest

    def noted(path: Path) -> str:
        read.append(path.name)
        return digest(path)

    monkeypatch.setattr(seal, "_digest", noted)
    seal._known.cache_clear()
    compiler.make(), compiler.make()
    assert read.count(EXECUTABLE) == 1


def test_who_waits_for_another_process_says_so_once(folder):
    from stanlevels.engines.locks import lock

    lines: list[str] = []
    (folder / "cmdstan").mkdir(parents=True)
    with open(folder / "cmdstan" / f"{key(CODE, TOOLS)}.lock", "ab") as held:
        lock(held)
        compiler = Compiler()
        waiting = threading.Thread(
            target=program, args=(CODE, TOOLS, compiler, compiler.notify, lines.append)
        )
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
    waiting.join()
    assert lines == ["another process compiles this program: waiting for it"]


def test_by_products_are_not_kept():
    folder = Compiler().make().executable.parent
    assert {path.name for path in folder.iterdir()} == {EXECUTABLE, f"{STEM}.stan", "about.json"}


def test_a_program_that_includes_files_is_refused():
    with pytest.raises(EngineError, match="#include"):
        Compiler().make("functions {\n#include more.stan\n}\n" + CODE)


def test_programs_lie_beside_each_other_under_their_keys():
    compiler = Compiler()
    assert held() == set()
    compiler.make()
    compiler.make(CODE.replace("1)", "3)"))
    assert held() == {key(CODE, TOOLS), key(CODE.replace("1)", "3)"), TOOLS)}


@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    tmp_path.chmod(0o500)
    monkeypatch.setenv("STANLEVELS_CACHE", str(tmp_path / "no"))
    with pytest.raises(EngineError, match="STANLEVELS_CACHE"):
        Compiler().make()


def test_a_file_in_the_place_of_the_cache_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("STANLEVELS_CACHE", str(tmp_path / "file"))
    with pytest.raises(EngineError, match="STANLEVELS_CACHE"):
        Compiler().make()


def test_the_cache_is_where_the_platform_wants_it(monkeypatch):
    monkeypatch.setenv("STANLEVELS_CACHE", "~/somewhere")
    assert cache.cache_folder() == Path.home() / "somewhere" / "cmdstan"
    monkeypatch.delenv("STANLEVELS_CACHE")
    if sys.platform == "linux":
        monkeypatch.setenv("XDG_CACHE_HOME", "/x d g")
        assert cache.cache_folder() == Path("/x d g/stanlevels/cmdstan")
        monkeypatch.delenv("XDG_CACHE_HOME")
        assert cache.cache_folder() == Path.home() / ".cache" / "stanlevels" / "cmdstan"


RACER = """
import sys, time
from pathlib import Path
from stanlevels.engines.cache import STEM, program
from stanlevels.engines.toolchain import Toolchain

def build(source):
    with open(sys.argv[1], "a") as log:
        log.write("built\\n")
    executable = source.parent / STEM
    with open(executable, "w") as handle:
        for part in range(20):
            handle.write(f"part {part}\\n")
            handle.flush()
            time.sleep(float(sys.argv[2]))
    return ("mu",)

tools = Toolchain(Path("/home"), "2.36.0", "g++", "")
made = program("parameters { real mu; }", tools, build, lambda: None)
print(len(made.executable.read_text().splitlines()))
"""


def racer(tmp_path, seconds):
    root = Path(__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, "-c", RACER, str(tmp_path / "log"), str(seconds)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )


@pytest.mark.skipif(sys.platform == "win32", reason="the racing compiler writes a name without suffix")
def test_eight_processes_that_race_make_one_executable(tmp_path):
    racers = [racer(tmp_path, 0.02) for _ in range(8)]
    assert [one.communicate(timeout=60)[0].strip() for one in racers] == ["20"] * 8
    assert (tmp_path / "log").read_text() == "built\n"


@pytest.mark.skipif(sys.platform == "win32", reason="the racing compiler writes a name without suffix")
def test_a_kill_in_the_middle_of_a_build_leaves_nothing_that_is_taken_for_good(tmp_path, folder):
    victim = racer(tmp_path, 60)
    end = time.monotonic() + 30
    while not list(folder.glob(f"cmdstan/*.building-*/{STEM}")):
        assert time.monotonic() < end
        time.sleep(0.01)
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    assert held() == set()
    survivor = racer(tmp_path, 0)
    assert survivor.communicate(timeout=60)[0].strip() == "20"
    assert len(held()) == 1
    assert not list(folder.glob("cmdstan/*.building-*"))


def test_a_description_is_written_with_what_was_used():
    made = Compiler().make()
    about = json.loads((made.executable.parent / "about.json").read_text())
    assert {"parameters": ["mu"], "version": "2.36.0", "compiler": "g++ 12.2"}.items() <= about.items()
    assert about["size"] == made.executable.stat().st_size
    assert about["sha256"] == hashlib.sha256(made.executable.read_bytes()).hexdigest()
