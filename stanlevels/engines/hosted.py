"""Chains that a host runs, seen from the process that started the host."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from pathlib import Path

from stanlevels.engines.chain import ChainJob
from stanlevels.engines.group import Group, python
from stanlevels.engines.process import Events, Running

__all__ = ["CAN_HOST", "Host", "Hosted"]

CAN_HOST = sys.platform == "linux" and hasattr(os, "fork")
"""Whether chains are forked off a host. macOS has `fork`, but its libraries need not work after one."""


class Host:
    """One process that loads NumPy and the engine, builds the model, and forks a process for each chain.

    Parameters
    ----------
    folder : Path
        Of the run: it holds the data.
    events : queue
        Of its chains.
    """

    def __init__(self, folder: Path, events: Events) -> None:
        self._group = Group(python("host", folder), folder / "stderr.txt")
        self._events = events
        self._lock = threading.Lock()
        self._running: dict[int, Hosted] = {}
        self._gone = False
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def gone(self) -> bool:
        """Whether it has ended, so that no chain can be started any more."""
        return self._gone

    def start(self, job: ChainJob, folder: Path) -> Hosted:
        """Start a chain whose folder holds the job."""
        chain = Hosted(job, folder, self._group)
        with self._lock:
            self._running[job.chain] = chain
            if not self._gone:
                with contextlib.suppress(OSError):  # it ends now, and `_listen` says so
                    self._group.tell(str(job.chain))
                return chain
        self._lose_all()
        return chain

    def kill(self) -> None:
        """End it and its chains."""
        self._group.kill()

    def _listen(self) -> None:
        """Lines `CHAIN ITERATION` and `CHAIN end CODE`, until neither it nor a chain can speak any more."""
        with contextlib.suppress(OSError, ValueError):
            for line in self._group.output:
                chain, *words = line.split()
                if words[0] == b"end":
                    self._end(int(chain), int(words[1]))
                else:
                    self._events.put((int(chain), int(words[0])))
        with self._lock:
            self._gone = True
        self._lose_all()

    def _end(self, chain: int, code: int | None) -> None:
        with self._lock:
            ended = self._running.pop(chain, None)
        if ended is not None:
            ended.code = code
            self._events.put((chain, None))

    def _lose_all(self) -> None:
        """The end of chains that nobody told of: how they ended is how their host did."""
        with self._lock:
            lost = [*self._running]
        for chain in lost:
            self._end(chain, None)


class Hosted(Running):
    """A chain of a host.

    Attributes
    ----------
    code : int or None
        How its process ended, if its host said so.
    """

    code: int | None = None

    def _code(self) -> int:
        if self.code is None:
            self._group.end()
            return self._group.code
        return self.code
