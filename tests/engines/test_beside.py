"""What stands beside the executable of a CmdStan chain, with executables that are none."""

import pickle
import queue
import stat
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import stanlevels
from stanlevels.engines import Settings
from stanlevels.engines.chain import ChainJob
from stanlevels.engines.process import Worker
from stanlevels.errors import EngineError
from tests.engines.stand_in import RUN_BY_PYTHON

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script")

EXECUTABLE = f"""{RUN_BY_PYTHON}
import os, sys, time
given = dict(word.split("=", 1) for word in sys.argv if "=" in word)
path = sys.argv[[word.endswith("output.csv") for word in sys.argv].index(True)][5:]
print("num_threads = 1 (Default)")
print("Iteration:    1 / 30 [  3%]  (Warmup)", flush=True)
print("Iteration:   30 / 30 [100%]  (Sampling)", flush=True)
print(" Elapsed Time: 0.25 seconds (Warm-up)\\n               1.5 seconds (Sampling)")
WHAT
width = int(os.environ.get("WIDTH", "2"))
stats = "lp__,accept_stat__,stepsize__,treedepth__,n_leapfrog__,divergent__,energy__"
with open(path, "w") as out:
    print(stats, *(f"x.{{k + 1}}" for k in range(width)), sep=",", file=out)
    print("# Step size = 0.5\\n# Diagonal elements of inverse mass matrix:\\n# 1, 2", file=out)
    for row in range(20):
        print(-1.5, 0.9, 0.5, 2, 3, 0, 1.5, *(row + k / 4 for k in range(width)), sep=",", file=out)
print("threads", os.environ["STAN_NUM_THREADS"], "numpy", "numpy" in sys.modules)
"""


@pytest.fixture
def start(tmp_path):
    """Start a chain of a stand-in; the worker, the events, and the chain's folder."""
    started = []

    def start(what="", **settings):
        program = tmp_path / "program"
        program.write_text(EXECUTABLE.replace("WHAT", what))
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        home = tmp_path / "run" / "chain-3"
        home.mkdir(parents=True)
        (home.parent / "data.json").write_text("{}")
        job = ChainJob("cmdstan", 3, str(program), 1, Settings(chains=1, warmup=10, draws=20, **settings))
        (home / "job.pkl").write_bytes(pickle.dumps(job))
        events: queue.SimpleQueue[tuple[int, int | None]] = queue.SimpleQueue()
        started.append(Worker(job, home, events))
        return started[-1], events, home

    yield start
    for worker in started:
        worker.kill()


def until_it_ends(events):
    seen: list[int] = []
    while True:
        chain, iteration = events.get(timeout=60)
        assert chain == 3
        if iteration is None:
            return seen
        seen.append(iteration)


def test_draws_times_and_metric_come_back_and_go_where_their_place_is(start):
    worker, events, _ = start()
    assert until_it_ends(events) == [1, 30]
    room = np.zeros((20, 2))
    result = worker.result(lambda shape: room)
    assert result.draws is room
    np.testing.assert_array_equal(room[:, 1], np.arange(20) + 0.25)
    assert result.columns == ("x.1", "x.2")
    assert result.seconds == {"build": 0.0, "warmup": 0.25, "sampling": 1.5}
    np.testing.assert_array_equal(result.inverse_metric, [1, 2])


def test_a_large_output_is_read_by_the_chains_own_process(start, monkeypatch):
    monkeypatch.setenv("WIDTH", "100000")
    worker, events, home = start()
    until_it_ends(events)
    assert (home / "reading").exists()
    assert (home / "result.json").exists()
    result = worker.result(np.empty)
    assert result.draws.shape == (20, 100_000)
    assert result.draws[3, 7] == 4.75


def test_what_the_executable_said_before_it_failed_is_told(start):
    worker, events, _ = start("print('Something is wrong'); sys.exit(1)")
    until_it_ends(events)
    with pytest.raises(EngineError, match="Something is wrong"):
        worker.result(np.empty)


def test_an_executable_that_the_system_kills_is_out_of_memory(start):
    worker, events, _ = start("os.kill(os.getpid(), 9)")
    until_it_ends(events)
    with pytest.raises(EngineError, match="killed by the system"):
        worker.result(np.empty)


def test_an_executable_for_another_processor_says_so(start):
    said = "This program was compiled for a processor with AVX512F, which this one has not"
    worker, events, _ = start(f"print({said!r}, file=sys.stderr); os._exit(70)")
    until_it_ends(events)
    with pytest.raises(EngineError, match=said):
        worker.result(np.empty)


def test_a_cut_off_output_is_no_result(start):
    worker, events, _ = start("open(path, 'w').write('lp__,x\\n1,2\\n3'); sys.exit(0)")
    until_it_ends(events)
    with pytest.raises(EngineError, match="row 2 of 2"):
        worker.result(np.empty)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are found through /proc")
def test_a_killed_chain_takes_its_executable_along(start):
    worker, events, home = start(
        f"open({'{}'!r}.format(path + '.pid'), 'w').write(str(os.getpid())); time.sleep(60)"
    )
    pid = home / "output.csv.pid"
    end = time.monotonic() + 30
    while not (pid.exists() and pid.read_text()) and time.monotonic() < end:
        time.sleep(0.02)
    worker.kill()
    until_it_ends(events)
    state = Path(f"/proc/{pid.read_text()}/stat")
    while (
        state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z" and time.monotonic() < end
    ):
        time.sleep(0.02)
    assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"


def test_it_loads_neither_numpy_nor_this_package():
    script = Path(stanlevels.__file__).parent / "engines" / "beside.py"
    code = f"import runpy, sys; runpy.run_path({str(script)!r}); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    assert not {"numpy", "stanlevels"} & set(done.stdout.split())
