"""One worker process, seen from the process that started it."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from stanlevels import errors
from stanlevels.engines.chain import ChainDraws, ChainJob, Place, read
from stanlevels.errors import EngineError, StanlevelsError

__all__ = ["Worker", "undisturbed"]

Events = queue.SimpleQueue[tuple[int, int | None]]
_TAIL = 2000


class Worker:
    """A running chain.

    Parameters
    ----------
    job : ChainJob
    folder : Path
        The chain's own folder, which holds the job.
    events : queue
        Gets (chain, iteration) now and then, and (chain, None) at the end.
    """

    def __init__(self, job: ChainJob, folder: Path, events: Events) -> None:
        self._job = job
        self._folder = folder
        if not sys.executable:
            raise EngineError("there is no Python executable to start chains with", way_out="use chains=1")
        with open(folder / "stderr.txt", "wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "stanlevels.engines.worker", str(folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=_environment(),
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        threading.Thread(target=self._listen, args=(events,), daemon=True).start()

    def _listen(self, events: Events) -> None:
        stream = self._process.stdout
        assert stream is not None
        with contextlib.suppress(OSError, ValueError):
            for line in stream:
                events.put((self._job.chain, int(line)))
        events.put((self._job.chain, None))

    def wrote_result(self) -> bool:
        """Whether its results are complete."""
        return (self._folder / "result.json").exists()

    def result(self, place: Place) -> ChainDraws:
        """Its draws, once it has ended, read to the place for their shape.

        Raises
        ------
        StanlevelsError
            What the worker met, or what became of it, in words.
        """
        self._end()
        if self.wrote_result():
            return read(self._folder, self._job.settings, place)
        if (self._folder / "error.json").exists():
            raise _rebuilt(json.loads((self._folder / "error.json").read_text(encoding="utf-8")))
        raise self._died()

    def kill(self) -> None:
        """End it, and whatever it started."""
        if self._process.returncode is None:
            self._kill_group()
        self._end()

    def _end(self) -> None:
        """Wait for it. What it may have left behind is ended while its number cannot have been given away."""
        if self._process.returncode is None:
            if hasattr(os, "waitid"):
                with contextlib.suppress(ChildProcessError):
                    os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
                self._kill_group()
            self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _kill_group(self) -> None:
        if sys.platform == "win32":
            command = ["taskkill", "/F", "/T", "/PID", str(self._process.pid)]
            subprocess.run(command, check=False, capture_output=True)
        else:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _died(self) -> EngineError:
        chain, code = self._job.chain, self._process.returncode
        if code == -signal.SIGTERM or code == -getattr(signal, "SIGKILL", signal.SIGTERM):
            return EngineError(
                f"chain {chain} was killed by the system, probably because memory ran out",
                way_out="run fewer chains at once with parallel=1, or record fewer quantities",
            )
        if code < 0:
            return EngineError(f"chain {chain} crashed ({signal.Signals(-code).name})")
        log = (self._folder / "stderr.txt").read_text(encoding="utf-8", errors="replace").strip()
        return EngineError(f"the worker of chain {chain} ended with code {code}:\n{log[-_TAIL:]}")


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Let an interrupt wait until the end of a block, which must be short."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) is None:
        yield  # interrupts reach the main thread alone, and only through Python's own handlers
        return
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        signal.raise_signal(signal.SIGINT)


def _rebuilt(facts: dict[str, str]) -> StanlevelsError:
    """The error that a worker wrote down."""
    kind = getattr(errors, facts["kind"])
    error: StanlevelsError = kind(facts["found"], expected=facts["expected"], way_out=facts["way_out"])
    return error


def _environment() -> dict[str, str]:
    """The environment of a worker: ours, with our import path, and without threads for linear algebra."""
    here = str(Path(__file__).parents[2])
    path = os.pathsep.join([here, *(entry or os.getcwd() for entry in sys.path)])
    return {**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
