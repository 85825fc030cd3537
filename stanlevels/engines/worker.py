"""The process of one chain: `python -m stanlevels.engines.worker FOLDER`.

It reads its job from the folder, writes iterations done to its standard output, one a line, and its results
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
from pathlib import Path

from stanlevels.engines.chain import ChainDraws, ChainJob, checked, read_job, write
from stanlevels.engines.console import Report
from stanlevels.errors import StanlevelsError

__all__ = ["main"]


def main(folder: Path) -> int:
    """Run the job of a folder; 0 if its results are there."""
    pipe = _private_output()
    threading.Thread(target=_end_with_parent, args=(folder.parent,), daemon=True).start()
    try:
        job = read_job(folder)
        result = _run(job, folder, lambda iteration: _tell(pipe, iteration))
        write(checked(result, job.settings), folder, job.settings.keep)
    except StanlevelsError as error:
        _write_error(folder, type(error).__name__, error.found, error.expected, error.way_out)
        return 1
    except MemoryError:
        way_out = "run fewer chains at once with parallel=1, or record fewer quantities"
        _write_error(folder, "EngineError", "a chain ran out of memory", "", way_out)
        return 1
    except Exception:
        traceback.print_exc()
        return 1
    return 0


def _run(job: ChainJob, folder: Path, report: Report) -> ChainDraws:
    if job.engine == "cmdstan":
        from stanlevels.engines.cmdstan_chain import run_chain
    else:
        from stanlevels.engines.stanli_chain import run_chain
    return run_chain(job, folder, report)


def _private_output() -> int:
    """A descriptor for progress alone: whatever else is printed goes to the log, also from native code."""
    pipe = os.dup(1)
    os.dup2(2, 1)
    return pipe


def _tell(pipe: int, iteration: int) -> None:
    os.write(pipe, b"%d\n" % iteration)


def _end_with_parent(run: Path) -> None:
    """End this process and its own when standard input closes: then nobody waits for the results."""
    while os.read(0, 1024):
        pass
    shutil.rmtree(run, ignore_errors=True)
    if sys.platform == "win32":
        os._exit(1)
    os.killpg(0, signal.SIGKILL)


def _write_error(folder: Path, kind: str, found: str, expected: str, way_out: str) -> None:
    facts = {"kind": kind, "found": found, "expected": expected, "way_out": way_out}
    (folder / "error.json").write_text(json.dumps(facts), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
