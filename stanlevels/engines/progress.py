"""One progress bar for every engine, owned by the process that a person looks at.

On a terminal a single line is redrawn; in a notebook likewise, less often; where output goes to a file, a
line a quarter of the run, and not more than one in some seconds.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, TextIO

from stanlevels.engines.base import Settings

__all__ = ["Bar", "Progress", "Silent", "duration", "outlet", "showing"]

_WIDTH = 24
_QUIET_SECONDS = 5.0
_MANY = 12


class Progress(Protocol):
    """What a run tells while it goes on; a context that ends the line."""

    def update(self, chain: int, iteration: int) -> None:
        """A chain (1-based) has done so many iterations."""

    def done(self, chain: int, divergences: int) -> None:
        """A chain has finished."""

    def lost(self, chain: int) -> None:
        """A chain has failed."""

    def tick(self) -> None:
        """Nothing new: redraw the time."""

    def __enter__(self) -> Progress: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Silent:
    """Shows nothing."""

    def update(self, chain: int, iteration: int) -> None:
        """Nothing."""

    def done(self, chain: int, divergences: int) -> None:
        """Nothing."""

    def lost(self, chain: int) -> None:
        """Nothing."""

    def tick(self) -> None:
        """Nothing."""

    def __enter__(self) -> Silent:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing."""


class Bar:
    """A bar of text over all chains.

    Parameters
    ----------
    settings : Settings
    stream : text stream
        Where it is drawn.
    redraw : float or None
        Least seconds between two drawings of the line; None where a line cannot be redrawn.
    clock : callable
        Gives seconds.
    """

    def __init__(
        self,
        settings: Settings,
        stream: TextIO,
        redraw: float | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._total = settings.warmup + settings.draws
        self._stream, self._redraw, self._clock = stream, redraw, clock
        self._iterations = dict.fromkeys(range(1, settings.chains + 1), 0)
        self._finished: set[int] = set()
        self._lost: set[int] = set()
        self._divergences = 0
        self._start = self._drawn = clock()
        self._quarter = 0

    def update(self, chain: int, iteration: int) -> None:
        """A chain has done so many iterations."""
        self._iterations[chain] = iteration
        self.tick()

    def done(self, chain: int, divergences: int) -> None:
        """A chain has finished."""
        self._finished.add(chain)
        self._divergences += divergences
        self.update(chain, self._total)

    def lost(self, chain: int) -> None:
        """A chain has failed."""
        self._lost.add(chain)
        self.tick()

    def tick(self) -> None:
        """Redraw if it is time."""
        now = self._clock()
        if self._redraw is not None:
            if now - self._drawn >= self._redraw:
                self._draw(self.line())
        elif self._quarter < int(4 * self._share()) < 4 and now - self._drawn >= _QUIET_SECONDS:
            self._quarter = int(4 * self._share())
            self._write(self.line() + "\n")

    def line(self) -> str:
        """The bar as text.

        Examples
        --------
        >>> bar = Bar(Settings(chains=2, warmup=50, draws=50), sys.stderr, None, clock=lambda: 0.0)
        >>> bar.update(1, 100); bar.update(2, 50)
        >>> bar.line()
        'sampling [##################......]  75 %  chains 100 50 %'
        """
        share = self._share()
        filled = int(_WIDTH * share)
        parts = [f"sampling [{'#' * filled}{'.' * (_WIDTH - filled)}] {int(100 * share):3d} %"]
        if 1 < len(self._iterations) <= _MANY:
            parts.append(f"chains {' '.join(self._percent(chain) for chain in self._iterations)} %")
        if self._divergences:
            parts.append(f"{self._divergences} divergences")
        if left := self._left(share):
            parts.append(left)
        return "  ".join(parts)

    def _percent(self, chain: int) -> str:
        return "failed" if chain in self._lost else str(100 * self._iterations[chain] // self._total)

    def _share(self) -> float:
        going = [done for chain, done in self._iterations.items() if chain not in self._lost]
        return sum(going) / (self._total * len(going)) if going else 1.0

    def _left(self, share: float) -> str:
        """Time left if the rest goes as fast as what is done; nothing while that is guesswork."""
        elapsed = self._clock() - self._start
        if elapsed < 1 or not 0.02 < share < 1:
            return ""
        return f"{duration(elapsed * (1 - share) / share)} left"

    def _draw(self, line: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        self._write("\r" + line[:width].ljust(min(width, 100)))

    def _write(self, text: str) -> None:
        self._drawn = self._clock()
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # a closed terminal must not end a run
            self._redraw = None

    def _summary(self) -> str:
        chains = len(self._finished)
        text = f"{chains} chain{'' if chains == 1 else 's'} of {self._total} iterations in "
        text += duration(self._clock() - self._start)
        if self._divergences:
            text += f", {self._divergences} divergent"
        return text

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._redraw is not None:
            self._draw(self._summary() if self._finished else "")
            self._write("\n" if self._finished else "\r")
        elif self._finished:
            self._write(self._summary() + "\n")


def duration(seconds: float) -> str:
    """Seconds as people say them.

    Examples
    --------
    >>> duration(2.34), duration(75), duration(7300)
    ('2.3 s', '1:15 min', '2:01 h')
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes = int(seconds) // 60
    if minutes < 60:
        return f"{minutes}:{int(seconds) % 60:02d} min"
    return f"{minutes // 60}:{minutes % 60:02d} h"


def showing(settings: Settings) -> Progress:
    """The bar that fits where this process writes to."""
    place = outlet() if settings.progress else None
    return Silent() if place is None else Bar(settings, *place)


def outlet() -> tuple[TextIO, float | None] | None:
    """Where this process shows progress, and the least seconds between two drawings of a line.

    None in place of the seconds where a line cannot be redrawn, None altogether where there is no place.
    """
    if type(sys.stdout).__module__.startswith("ipykernel"):
        return sys.stdout, 0.5
    if sys.stderr is None:
        return None
    return sys.stderr, 0.1 if sys.stderr.isatty() else None
