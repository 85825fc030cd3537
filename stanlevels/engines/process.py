"""One chain in another process, seen from the process that started it."""

from __future__ import annotations

import contextlib
import json
import queue
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from stanlevels import errors
from stanlevels.engines import disk
from stanlevels.engines.chain import ChainDraws, ChainJob, Place, checked, read
from stanlevels.engines.cmdstan_chain import command_of, finished, has_ended
from stanlevels.engines.group import Group, python
from stanlevels.engines.memory import out_of_memory
from stanlevels.errors import EngineError, StanlevelsError

__all__ = ["Events", "Running", "Worker", "undisturbed"]

Events = queue.SimpleQueue[tuple[int, int | None]]
"""Gets (chain, iteration) now and then, and (chain, None) at the end of a chain."""

_TAIL = 2000


class Running:
    """A chain that runs: what it left in its folder, once it has ended.

    Parameters
    ----------
    job : ChainJob
    folder : Path
        The chain's own folder, which holds the job.
    group : Group
        Its process, or the one that holds it.
    """

    def __init__(self, job: ChainJob, folder: Path, group: Group) -> None:
        self._job, self._folder, self._group = job, folder, group

    def wrote_result(self) -> bool:
        """Whether its results are complete."""
        return (self._folder / "result.json").exists() or has_ended(self._folder)

    def kill(self) -> None:
        """End it, and whatever it started."""
        self._group.kill()

    def result(self, place: Place) -> ChainDraws:
        """Its draws, once it has ended, read to the place for their shape.

        Raises
        ------
        StanlevelsError
            What the chain met, or what became of it, in words.
        """
        if self.wrote_result():
            return self._read(place)
        with contextlib.suppress(OSError, ValueError, KeyError):  # it may be missing, or cut off
            raise _rebuilt(json.loads((self._folder / "error.json").read_text(encoding="utf-8")))
        raise self._died(self._code())

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

    def _code(self) -> int:
        """How its process ended, once it has."""
        return self._group.code

    def _died(self, code: int) -> EngineError:
        chain = self._job.chain
        if code == -signal.SIGTERM or code == -getattr(signal, "SIGKILL", signal.SIGTERM):
            return out_of_memory(chain, "was killed by the system")
        if code in (disk.FULL, disk.TOO_LARGE):
            return disk.full(f"the draws of chain {chain}", self._folder)
        if code < 0:
            return EngineError(f"chain {chain} crashed ({signal.Signals(-code).name})")
        return EngineError(f"the worker of chain {chain} ended with code {code}:\n{self._log()[-_TAIL:]}")

    def _log(self) -> str:
        """What its process said before it ended; that of its host where it had none of its own yet."""
        for folder in (self._folder, self._folder.parent):
            with contextlib.suppress(OSError):
                return (folder / "stderr.txt").read_text(encoding="utf-8", errors="replace").strip()
        return ""


class Worker(Running):
    """A chain in a process of its own, which this process starts.

    Parameters
    ----------
    job : ChainJob
    folder : Path
        The chain's own folder, which holds the job.
    events : queue
    """

    def __init__(self, job: ChainJob, folder: Path, events: Events) -> None:
        command = python("worker", folder)
        if job.engine == "cmdstan":
            told = json.dumps({"command": command_of(job, folder), "reader": command})
            (folder / "command.json").write_text(told, encoding="utf-8")
            command = [sys.executable, "-I", "-S", str(Path(__file__).with_name("beside.py")), str(folder)]
        super().__init__(job, folder, Group(command, folder / "stderr.txt"))
        threading.Thread(target=self._listen, args=(events,), daemon=True).start()

    def _listen(self, events: Events) -> None:
        with contextlib.suppress(OSError, ValueError):
            for line in self._group.output:
                events.put((self._job.chain, int(line)))
        events.put((self._job.chain, None))

    def result(self, place: Place) -> ChainDraws:
        """Its draws; see `Running`."""
        self._group.end()
        return super().result(place)


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
