"""Commands that end with the process that started them."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from stanlevels.engines.guarded import run_guarded

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/cmdline").exists(), reason="processes are found through /proc"
)
ROOT = Path(__file__).parents[2]


def running(mark):
    """Whether a process has a word on its command line."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            if state != "Z" and mark.encode() in (entry / "cmdline").read_bytes().split(b"\0"):
                return True
        except OSError:
            continue
    return False


def until(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_what_a_command_prints_and_returns_comes_back_line_by_line(tmp_path):
    heard: list[str] = []
    code, said = run_guarded(["sh", "-c", "pwd; echo two >&2; exit 3"], tmp_path, heard=heard.append)
    assert (code, said) == (3, f"{tmp_path}\ntwo\n")
    assert heard == [f"{tmp_path}\n", "two\n"]


def test_a_command_that_a_signal_ended_is_told_by_its_number(tmp_path):
    assert run_guarded(["sh", "-c", "kill -9 $$"], tmp_path)[0] == 137


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_grandchild_outlives_the_process_that_asked(tmp_path, how):
    mark = f"{600 + how}.{os.getpid()}"
    code = (
        "import sys; from pathlib import Path; from stanlevels.engines.guarded import run_guarded\n"
        f"run_guarded(['sh', '-c', 'sleep {mark} & sleep {mark}; true'], Path('/'))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL
    )
    until(lambda: running(mark))
    process.send_signal(how)
    process.wait(timeout=60)
    until(lambda: not running(mark))


def test_several_run_at_once(tmp_path):
    done = []
    threads = [
        threading.Thread(target=lambda: done.append(run_guarded(["sh", "-c", "sleep 0.1; echo"], tmp_path)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [(0, "\n")] * 4
