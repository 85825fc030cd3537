"""The process of one chain, started by `bootstrap.py`, or forked off a host.

It reads its job from its folder, writes iterations done to its standard output, one a line, and its results
or its error into the folder. It loads NumPy and one engine, nothing else.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path

from stanlevels.engines import disk
from stanlevels.engines.chain import NUTPIE, ChainDraws, ChainJob, checked, discard, read_job, write
from stanlevels.engines.console import Report
from stanlevels.engines.memory import out_of_memory
from stanlevels.errors import StanlevelsError

__all__ = ["attempt", "end_with_parent", "main", "private_output", "write_error"]

Run = Callable[[ChainJob, Path, Report], ChainDraws]


def main(folder: Path) -> int:
    """Run the job of a folder; 0 if its results are there."""
    pipe = private_output()
    threading.Thread(target=end_with_parent, args=(folder.parent,), daemon=True).start()
    return attempt(folder, _run, lambda iteration: _tell(pipe, iteration))


def attempt(folder: Path, run: Run, report: Report) -> int:
    """Run the job of a folder by a function; the code with which its process is to end."""
    try:
        return _attempt(folder, run, report)
    except OSError as error:
        if not disk.is_full(error):
            traceback.print_exc()
        return disk.FULL if disk.is_full(error) else 1
    except Exception:
        traceback.print_exc()
        return 1


def _attempt(folder: Path, run: Run, report: Report) -> int:
    job = read_job(folder)
    try:
        try:
            result = checked(run(job, folder, report), job.settings)
            write(result, folder, job.settings.keep)
        except MemoryError:
            raise out_of_memory(job.chain) from None
        except OSError as error:
            if disk.is_full(error):
                discard(folder)  # makes room for the error itself
                raise disk.full(f"the draws of chain {job.chain}", folder) from None
            raise
    except StanlevelsError as error:
        write_error(folder, error)
        return 1
    return 0


def _run(job: ChainJob, folder: Path, report: Report) -> ChainDraws:
    if job.engine == "cmdstan":
        from stanlevels.engines.cmdstan_chain import run_chain
    elif job.engine == "stanli_mode":
        from stanlevels.engines.stanli_mode import run_chain
    elif job.engine == NUTPIE:
        from stanlevels.engines.nutpie_chain import run_chain
    else:
        from stanlevels.engines.stanli_chain import run_chain
    return run_chain(job, folder, report)


def private_output() -> int:
    """A descriptor for progress alone: whatever else is printed goes to the log, also from native code."""
    pipe = os.dup(1)
    os.dup2(2, 1)
    return pipe


def _tell(pipe: int, iteration: int) -> None:
    os.write(pipe, b"%d\n" % iteration)


def end_with_parent(run: Path) -> None:
    """End this process and its own when standard input closes: then nobody waits for the results."""
    while os.read(0, 1024):
        pass
    shutil.rmtree(run, ignore_errors=True)
    if sys.platform == "win32":
        os._exit(1)
    os.killpg(0, signal.SIGKILL)


def write_error(folder: Path, error: StanlevelsError) -> None:
    """Write down what a chain met."""
    facts = {
        "kind": type(error).__name__,
        "found": error.found,
        "expected": error.expected,
        "way_out": error.way_out,
    }
    (folder / "error.json").write_text(json.dumps(facts), encoding="utf-8")
