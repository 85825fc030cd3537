"""Chains in worker processes: started, watched, stopped, and collected by this process.

Workers are plain subprocesses of the same Python, each in a session of its own, so that Ctrl-C reaches this
process alone and a worker can be ended together with whatever it started. (`multiprocessing` would import the
user's script again.) A worker ends itself when its standard input closes, that is, when this process is gone.
Chains of the embedded engine are forked off one such process, a host, where that is safe.
"""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from stanlevels.engines.chain import STATS, ChainDraws, ChainJob, write_job
from stanlevels.engines.collect import Outcome
from stanlevels.engines.disk import writing
from stanlevels.engines.hosted import CAN_HOST, Host
from stanlevels.engines.process import Running, Worker, undisturbed
from stanlevels.engines.progress import Progress, showing
from stanlevels.engines.room import Room
from stanlevels.engines.scratch import scratch
from stanlevels.errors import EngineError, StanlevelsError
from stanlevels.processors import processors

__all__ = ["run_workers"]


def run_workers(jobs: Sequence[ChainJob], document: str) -> Outcome:
    """Run chains in a worker process each, so many at once as the settings say.

    Parameters
    ----------
    jobs : sequence of ChainJob
        With the same settings.
    document : str
        The data as JSON, written once for all.

    Returns
    -------
    Outcome
        Also when a person interrupts: then with the chains that were done.

    Raises
    ------
    EngineError
        If there is no room for the data.
    """
    with scratch() as folder, showing(jobs[0].settings) as bar:
        with writing("the data", folder):
            (folder / "data.json").write_text(document, encoding="utf-8")
        return _Pool(jobs, folder, bar).run()


class _Pool:
    def __init__(self, jobs: Sequence[ChainJob], folder: Path, bar: Progress) -> None:
        settings = jobs[0].settings
        self._waiting = deque(jobs)
        self._folder = folder
        self._room = Room([job.chain for job in jobs])
        self._bar = bar
        self._at_once = settings.parallel or min(len(jobs), processors())
        self._events: queue.SimpleQueue[tuple[int, int | None]] = queue.SimpleQueue()
        self._host: Host | None = None
        self._workers: dict[int, Running] = {}
        self._iterations: dict[int, int] = {}
        self._finished: dict[int, ChainDraws] = {}
        self._errors: dict[int, StanlevelsError] = {}

    def run(self) -> Outcome:
        """Start, watch, collect."""
        chains = [job.chain for job in self._waiting]
        try:
            while self._waiting or self._workers:
                self._start()
                self._watch()
        except KeyboardInterrupt:
            with undisturbed():
                self._stop()
                self._keep_done()
            known = self._finished.keys() | self._errors.keys()
            stopped = {chain: self._iterations.get(chain, 0) for chain in chains if chain not in known}
            return Outcome(self._finished, self._errors, stopped, interrupted=True, room=self._room)
        finally:
            self._stop()
        return Outcome(self._finished, self._errors, room=self._room)

    def _start(self) -> None:
        while self._waiting and len(self._workers) < self._at_once:
            job = self._waiting.popleft()
            home = self._folder / f"chain-{job.chain}"
            try:
                with writing(f"what chain {job.chain} needs", self._folder):
                    home.mkdir()
                    write_job(job, home)
                    with undisturbed():  # a worker that runs must be known
                        self._workers[job.chain] = self._begin(job, home)
            except EngineError as error:  # it takes no other chain with it
                self._lose(job.chain, error)

    def _begin(self, job: ChainJob, home: Path) -> Running:
        if job.engine == "cmdstan" or not CAN_HOST:
            return Worker(job, home, self._events)
        if self._host is None or self._host.gone:
            self._host = Host(self._folder, self._events)
        return self._host.start(job, home)

    def _watch(self) -> None:
        """One event: a chain's progress, or its end. The wait is short so that the bar shows the time."""
        try:
            chain, iteration = self._events.get(timeout=0.2)
        except queue.Empty:
            self._bar.tick()
            return
        if iteration is not None:
            self._iterations[chain] = iteration
            self._bar.update(chain, iteration)
            return
        with undisturbed():
            self._collect(chain)
            del self._workers[chain]

    def _collect(self, chain: int) -> None:
        try:
            result = self._workers[chain].result(partial(self._room.place, chain))
        except StanlevelsError as error:
            self._lose(chain, error)
        else:
            self._finished[chain] = result
            self._bar.done(chain, _divergences(result))

    def _lose(self, chain: int, error: StanlevelsError) -> None:
        self._errors[chain] = error
        self._bar.lost(chain)

    def _stop(self) -> None:
        for worker in self._workers.values():
            worker.kill()
        if self._host is not None:
            self._host.kill()

    def _keep_done(self) -> None:
        """Chains whose results are complete although their end was not noticed any more."""
        for chain, worker in self._workers.items():
            if chain not in self._finished and chain not in self._errors and worker.wrote_result():
                self._collect(chain)


def _divergences(result: ChainDraws) -> int:
    return int(result.stats[:, STATS.index("divergent__")].sum())
