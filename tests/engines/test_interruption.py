"""Runs that are interrupted, and processes that are killed. No process may be left over."""

import contextlib
import json
import os
import pickle
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/cmdline").exists(), reason="processes are found through /proc"
)

PATIENCE = 60.0
SCRIPT = """
import json, pathlib, pickle, sys, tempfile
from stanlevels.engines import Settings, get_engine

settings, engine, folder = pickle.load(open(sys.argv[1], "rb"))
data = json.load(open(folder + "/levels.json"))
program = get_engine(engine).prepare(open(folder + "/levels.stan").read(), data)
try:
    pathlib.Path(tempfile.gettempdir(), "sampling").touch()
    draws = program.sample(settings)
    failed = {f.chain: f.message for f in draws.failures}
    said = {"chains": draws.chains, "failed": failed, "interrupted": draws.interrupted,
            "rows": draws.variables["theta"].shape[:2]}
except KeyboardInterrupt:
    said = {"raised": "KeyboardInterrupt"}
except Exception as error:
    said = {"raised": type(error).__name__, "message": str(error)}
print(json.dumps(said))
"""


class Run:
    """A script that samples, in a process of its own with a temporary folder of its own."""

    def __init__(self, engine, settings, tmp_path):
        self.folder = tmp_path / "temporary"
        self.folder.mkdir()
        self.result = "ended.json" if engine == "cmdstan" else "result.json"
        (tmp_path / "settings.pkl").write_bytes(
            pickle.dumps((settings, engine, str(Path(__file__).parent / "programs")))
        )
        script = tmp_path / "script.py"
        script.write_text(SCRIPT)
        root = Path(__file__).parents[2]
        self.process = subprocess.Popen(
            [sys.executable, str(script), str(tmp_path / "settings.pkl")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": str(self.folder), "PYTHONPATH": str(root)},
        )

    def wait_for(self, pattern, condition=lambda found: True):
        """Wait until a file of this pattern is there."""
        return wait(lambda: [path for path in self.folder.glob(pattern) if condition(path)])[0]

    def workers(self):
        """Processes whose command line speaks of the temporary folder."""
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != self.process.pid:
                try:
                    command = (entry / "cmdline").read_bytes().decode()
                    state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
                except OSError:
                    continue
                if str(self.folder) in command and state != "Z":
                    found[int(entry.name)] = command
        return found

    def worker(self, chain):
        """The worker of a chain, once it runs."""
        return wait(lambda: [p for p in self.workers() if f"/chain-{chain}/" in log_of(p)])[0]

    def host(self):
        """The process that chains are forked off."""
        return wait(lambda: [p for p in self.workers() if re.search(r"stanlevels-\w+/stderr", log_of(p))])[0]

    def said(self):
        """What it printed."""
        out, err = self.process.communicate(timeout=PATIENCE)
        assert out, err
        return json.loads(out)


def log_of(process):
    """Where a process writes its standard error stream; empty once it has ended."""
    try:
        return os.readlink(f"/proc/{process}/fd/2")
    except OSError:
        return ""


def wait(condition):
    """What a condition gives once it gives something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen")


@pytest.fixture
def run(engine, tmp_path):
    """Start a run; whatever goes wrong in the test, it ends with it."""
    started = []

    def start(**settings):
        from stanlevels.engines import Settings

        started.append(Run(engine.name, Settings(progress=False, **settings), tmp_path))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.communicate()


ENDLESS = {"warmup": 50_000_000, "draws": 10}
SOME_SECONDS = {"warmup": 100_000, "draws": 100}


def test_an_interrupt_keeps_finished_chains_and_names_the_others(run):
    one = run(chains=4, parallel=1, **SOME_SECONDS)
    one.wait_for(f"stanlevels-*/chain-1/{one.result}")
    one.wait_for("stanlevels-*/chain-2")
    one.process.send_signal(signal.SIGINT)
    said = one.said()
    assert said["interrupted"]
    assert 1 in said["chains"]
    assert 4 not in said["chains"]
    assert said["rows"] == [len(said["chains"]), 100]
    assert {int(chain) for chain in said["failed"]} == {1, 2, 3, 4} - set(said["chains"])
    assert "interrupt" in said["failed"]["4"]
    assert one.workers() == {}
    assert list(one.folder.glob("stanlevels-*/chain-*")) == []


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["nutpie"], indirect=True)
def test_an_interrupt_ends_the_chains_of_nutpie(run):
    one = run(chains=2, parallel=2, warmup=300_000, draws=10)
    one.worker(1), one.worker(2)
    one.process.send_signal(signal.SIGINT)
    assert one.said() == {"raised": "KeyboardInterrupt"}
    assert one.workers() == {}


def test_an_interrupt_before_any_chain_is_done_is_the_persons_own(run):
    one = run(chains=2, parallel=2, **ENDLESS)
    one.worker(1), one.worker(2)
    one.process.send_signal(signal.SIGINT)
    assert one.said() == {"raised": "KeyboardInterrupt"}
    assert one.workers() == {}


def test_a_killed_worker_is_named_and_the_other_chains_are_kept(run):
    one = run(chains=3, parallel=3, **SOME_SECONDS)
    os.kill(one.worker(2), signal.SIGKILL)
    said = one.said()
    assert said["chains"] == [1, 3]
    assert list(said["failed"]) == ["2"]
    assert "killed by the system, probably because memory ran out" in said["failed"]["2"]
    assert not said["interrupted"]
    assert one.workers() == {}


def test_killed_workers_alone_are_an_error(run):
    one = run(chains=2, parallel=2, **ENDLESS)
    for chain in (1, 2):
        os.kill(one.worker(chain), signal.SIGKILL)
    said = one.said()
    assert said["raised"] == "EngineError"
    assert "every chain failed (1, 2)" in said["message"]
    assert "memory" in said["message"]
    assert one.workers() == {}


def test_workers_end_with_a_parent_that_is_killed(run):
    one = run(chains=2, parallel=2, **ENDLESS)
    one.worker(1), one.worker(2)
    one.process.kill()
    wait(lambda: one.workers() == {})
    wait(lambda: list(one.folder.glob("stanlevels-*/chain-*")) == [])


@pytest.mark.parametrize("engine", ["stanli"], indirect=True)
def test_chains_outlive_their_host_and_the_next_ones_get_another(run):
    one = run(chains=3, parallel=2, warmup=30_000, draws=100)
    one.worker(1), one.worker(2)
    os.kill(one.host(), signal.SIGKILL)
    assert one.said()["chains"] == [1, 2, 3]
    assert one.workers() == {}


@pytest.mark.parametrize("engine", ["stanli"], indirect=True)
def test_chains_whose_host_is_killed_end_with_the_parent(run):
    one = run(chains=2, parallel=2, **ENDLESS)
    one.worker(1), one.worker(2)
    os.kill(one.host(), signal.SIGKILL)
    time.sleep(0.2)
    assert len(one.workers()) == 2
    one.process.kill()
    wait(lambda: one.workers() == {})


def test_a_single_chain_in_process_is_interrupted(run):
    """One that comes while stanli prepares the chain, before it looks out for any, is lost: then another."""
    one = run(chains=1, **ENDLESS)
    one.wait_for("sampling")
    for _ in range(5):
        one.process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            one.process.wait(timeout=10)
            break
    assert one.said() == {"raised": "KeyboardInterrupt"}
    assert one.workers() == {}


def test_a_worker_that_writes_too_few_rows_is_not_believed(known, monkeypatch):
    """As on a full disk: the exit code says nothing, the rows are counted."""
    import numpy as np

    from stanlevels.engines import Settings, chain, cmdstan_chain, process

    def cut(folder, settings, place):
        if folder.name == "chain-2":
            np.save(folder / "draws.npy", np.load(folder / "draws.npy")[:-3])
        return read(folder, settings, place)

    def cut_output(job, folder):
        draws = finished(job, folder)
        return replace(draws, draws=draws.draws[:-3]) if folder.name == "chain-2" else draws

    read, finished = chain.read, cmdstan_chain.finished
    monkeypatch.setattr(process, "read", cut)
    monkeypatch.setattr(process, "finished", cut_output)  # where no worker stands in between
    draws = known.sample(Settings(chains=2, warmup=150, draws=20, progress=False))
    assert draws.chains == (1,)
    assert "stored 17 rows" in draws.failures[0].message
