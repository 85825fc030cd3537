"""What a point fit tells while it goes on: how often the likelihood was evaluated, and where it stands.

A method of estimation calls its `Observer` after every evaluation (or step) with the log likelihood
there, and knows nothing of who listens. An interruption (Ctrl-C) passes through as it is: between two
evaluations nothing holds it up, and no half-finished estimate is handed out.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

from stanlevels.engines.progress import duration, outlet

__all__ = ["Observer", "Watch", "unobserved", "watching"]

Observer = Callable[[float], None]
"""Called after every evaluation or step with the log likelihood there."""

_PATIENCE = 3.0  # seconds before anything is shown: most fits are over by then
_QUIET_SECONDS = 10.0  # before the first line in a file; the next ones come at twice the time
_UNITS = {"em": "steps"}


def unobserved(log_likelihood: float) -> None:
    """Nobody listens."""


class Watch:
    """A line of text about a point fit, from the third second on.

    Parameters
    ----------
    method : str
        Such as "reml".
    stream : text stream
        Where it is written.
    redraw : float or None
        Least seconds between two drawings of the line; None where a line cannot be redrawn.
    clock : callable
        Gives seconds.
    """

    def __init__(
        self,
        method: str,
        stream: TextIO,
        redraw: float | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._method, self._unit = method, _UNITS.get(method, "evaluations")
        self._stream, self._redraw, self._clock = stream, redraw, clock
        self._count, self._value = 0, float("nan")
        self._start = clock()
        self._next = self._start + (_QUIET_SECONDS if redraw is None else _PATIENCE)
        self._shown = False

    def __call__(self, log_likelihood: float) -> None:
        """One more evaluation."""
        self._count += 1
        self._value = log_likelihood
        now = self._clock()
        if now < self._next:
            return
        if self._redraw is None:
            self._write(self.line() + "\n")
            self._next = now + (now - self._start)
        else:
            self._write("\r" + self.line().ljust(79))
            self._next = now + self._redraw

    def line(self) -> str:
        """The state as text.

        Examples
        --------
        >>> import sys
        >>> watch = Watch("reml", sys.stderr, None, clock=lambda: 0.0)
        >>> watch(-1234.5678); watch(-1230.25)
        >>> watch.line()
        'reml: 2 evaluations, log likelihood -1230.25, 0.0 s'
        """
        elapsed = duration(self._clock() - self._start)
        return f"{self._method}: {self._count} {self._unit}, log likelihood {self._value:.10g}, {elapsed}"

    def _write(self, text: str) -> None:
        self._shown = True
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # a closed terminal must not end a fit
            self._next = float("inf")

    def __enter__(self) -> Watch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            self._write(("" if self._redraw is None else "\r") + self.line().ljust(79).rstrip() + "\n")


class _Nobody:
    """Shows nothing."""

    def __enter__(self) -> Observer:
        return unobserved

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing."""


def watching(method: str, progress: bool) -> Watch | _Nobody:
    """Who listens to a fit: a line where this process writes to, or nobody."""
    place = outlet() if progress else None
    return _Nobody() if place is None else Watch(method, *place)
