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
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from stanlevels import errors
from stanlevels.engines import disk
from stanlevels.engines.chain import ChainDraws, ChainJob, Place, checked, read
from stanlevels.engines.cmdstan_chain import command_of, finished, has_ended
from stanlevels.engines.messages import out_of_memory
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
            raise EngineError(
                "there is no Python executable to start chains with",
                expected="its path in sys.executable",
                way_out="set sys.executable, or use method='mle' or 'laplace', which start no chains",
            )
        (folder / "imports.txt").write_bytes(b"\0".join(_import_path()))
        command = [sys.executable, *_options(), str(Path(__file__).with_name("bootstrap.py")), str(folder)]
        if job.engine == "cmdstan":
            told = json.dumps({"command": command_of(job, folder), "reader": command})
            (folder / "command.json").write_text(told, encoding="utf-8")
            command = [sys.executable, "-I", "-S", str(Path(__file__).with_name("beside.py")), str(folder)]
        with open(folder / "stderr.txt", "wb") as log:
            self._process = subprocess.Popen(
                command,
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
        return (self._folder / "result.json").exists() or has_ended(self._folder)

    def result(self, place: Place) -> ChainDraws:
        """Its draws, once it has ended, read to the place for their shape.

        Raises
        ------
        StanlevelsError
            What the worker met, or what became of it, in words.
        """
        self._end()
        if self.wrote_result():
            return self._read(place)
        with contextlib.suppress(OSError, ValueError, KeyError):  # it may be missing, or cut off
            raise _rebuilt(json.loads((self._folder / "error.json").read_text(encoding="utf-8")))
        raise self._died()

    def _read(self, place: Place) -> ChainDraws:
        try:
            if not has_ended(self._folder):
                return read(self._folder, self._job.settings, place)
            result = checked(finished(self._job, self._folder), self._job.settings)
            draws = place(result.draws.shape)
            draws[...] = result.draws
            return replace(result, draws=draws)
        except MemoryError:
            raise EngineError(
                f"there is not enough memory to read the draws of chain {self._job.chain}",
                way_out="draw less, or keep fewer quantities (record=)",
            ) from None

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
            return out_of_memory(chain, "was killed by the system")
        if code in (disk.FULL, disk.TOO_LARGE):
            return disk.full(f"the draws of chain {chain}", self._folder)
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


def _import_path() -> list[bytes]:
    """The folder of this package, then the import path of this process, as the system has them."""
    path = (entry or os.getcwd() for entry in sys.path if isinstance(entry, str))
    return [*_of_system([str(Path(__file__).parents[1])]), *_of_system(path)]


def _of_system(entries: Iterable[str]) -> Iterator[bytes]:
    """Names of folders; where this process has no way to write one, it has imported nothing from it."""
    for entry in entries:
        try:
            yield os.fsencode(entry)
        except UnicodeEncodeError:
            continue


def _options() -> list[str]:
    """What this interpreter was told of its surroundings; a script's folder is no place to import from."""
    flags = sys.flags
    told = (
        ("-I", flags.isolated),
        ("-E", flags.ignore_environment),
        ("-s", flags.no_user_site),
        ("-S", flags.no_site),
    )
    return ["-P", *(option for option, on in told if on)]


def _environment() -> dict[str, str]:
    """The environment of a worker: ours, without threads for linear algebra."""
    return {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
