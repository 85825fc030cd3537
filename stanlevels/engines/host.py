"""The process that chains of the embedded engine are forked off, started by `bootstrap.py`.

To load NumPy and the engine takes longer than many a chain, so it is done once: this process loads them,
builds the model, and then reads the numbers of chains that it is to start from its standard input. It has no
threads and draws nothing itself, so a fork of it is as good as a new process. It writes `CHAIN end CODE`
where a chain has ended; the chains themselves write `CHAIN ITERATION` to the same pipe.

When its standard input closes, the process that asked for draws is gone: then it ends itself and its chains.
If it is ended alone, its chains go on, and look out for that themselves.
"""

from __future__ import annotations

import contextlib
import os
import select
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any, NoReturn

from stanlevels.engines.chain import NUTPIE, ChainDraws, ChainJob, read_job
from stanlevels.engines.console import Report
from stanlevels.engines.stanli_chain import build, draw
from stanlevels.engines.stanli_mode import MODE, find
from stanlevels.engines.worker import attempt, end_with_parent, private_output, write_error
from stanlevels.errors import EngineError

__all__ = ["main"]


def main(folder: Path) -> int:
    """Run the chains of a run, until the parent ends this process or is gone."""
    host = _Host(folder, private_output())
    while True:
        host.serve()


class _Host:
    """Starts chains, and tells of their ends.

    Parameters
    ----------
    folder : Path
        Of the run.
    pipe : int
        Where to tell.
    """

    def __init__(self, folder: Path, pipe: int) -> None:
        self._folder, self._pipe = folder, pipe
        self._model = _Model(folder)
        self._begun = b""  # of a line that is not all there
        self._lives, self._alive = os.pipe()  # chains see by it that this process, which alone writes, ended
        self._running: dict[int, tuple[int, int]] = {}  # chain and process, by what closes as they end

    def serve(self) -> None:
        """Wait for a word of the parent or the end of a chain, and do what it asks for."""
        for ready in select.select([0, *self._running], [], [])[0]:
            if ready in self._running:
                self._ended(ready)
            elif asked := os.read(0, 4096):
                *lines, self._begun = (self._begun + asked).split(b"\n")
                for line in lines:
                    self._start(int(line))
            else:
                end_with_parent(self._folder)

    def _start(self, chain: int) -> None:
        home = self._folder / f"chain-{chain}"
        self._model.build(home)
        try:
            ends, ending = os.pipe()
            process = os.fork()
        except OSError as error:
            write_error(home, EngineError(f"chain {chain} cannot be started: {error.strerror}"))
            os.write(self._pipe, b"%d end 1\n" % chain)
            return
        if process == 0:
            os.close(self._alive)
            self._run(chain, home)
        os.close(ending)
        self._running[ends] = chain, process

    def _ended(self, ends: int) -> None:
        os.close(ends)
        chain, process = self._running.pop(ends)
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        os.write(self._pipe, b"%d end %d\n" % (chain, code))

    def _run(self, chain: int, home: Path) -> NoReturn:
        """Run a chain in this process, a fork, and end it."""
        code = 1
        try:
            log = os.open(home / "stderr.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(log, 1)
            os.dup2(log, 2)
            threading.Thread(target=self._end_with_all, daemon=True).start()

            def report(iteration: int) -> None:
                os.write(self._pipe, b"%d %d\n" % (chain, iteration))

            code = attempt(home, self._model.run, report)
        except BaseException:
            traceback.print_exc()
        finally:
            with contextlib.suppress(OSError, ValueError):
                sys.stderr.flush()
            os._exit(code)

    def _end_with_all(self) -> None:
        """In a chain whose host, which sees to that, was ended: end with the process that asked for it."""
        os.read(self._lives, 1)
        end_with_parent(self._folder)


class _Model:
    """The model of a run, built for its first chain."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._built: Any = None
        self._seconds = 0.0

    def build(self, home: Path) -> None:
        """Build it. Where that fails nothing is said: the chain tries it itself, and says why."""
        if self._built is None:
            with contextlib.suppress(Exception):
                self._built = self._of(read_job(home))

    def run(self, job: ChainJob, home: Path, report: Report) -> ChainDraws:
        """Run a chain."""
        model = self._built if self._built is not None else self._of(job)
        if job.engine == MODE:
            return find(model, job, report)
        if job.engine == NUTPIE:
            from stanlevels.engines import nutpie_chain

            return nutpie_chain.draw(model, job, self._seconds, report)
        return draw(model, job, self._seconds, report)

    def _of(self, job: ChainJob) -> Any:
        start = time.perf_counter()
        built = build(job.program, (self._folder / "data.json").read_text(encoding="utf-8"))
        self._seconds = time.perf_counter() - start
        return built
