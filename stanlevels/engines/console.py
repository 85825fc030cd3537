"""What a sampler prints while it runs, read as progress and times.

Both engines print CmdStan's lines: `Iteration: 100 / 2000 [ 5%]  (Warmup)` and `Elapsed Time: ...`.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable

__all__ = ["Console", "Report"]

Report = Callable[[int], object]
"""Called with the number of iterations done."""

_ITERATION = re.compile(r"Iteration:\s*(\d+)\s*/")
_SECONDS = re.compile(r"([\d.eE+-]+) seconds \((Warm-up|Sampling|Total)\)")
_PHASES = {"Warm-up": "warmup", "Sampling": "sampling"}


class Console(io.TextIOBase):
    """A text stream that understands the sampler's lines and passes the others on.

    Parameters
    ----------
    report : callable
        Gets the number of iterations done.
    onward : callable
        Gets every line that is neither progress nor times.

    Attributes
    ----------
    seconds : dict
        "warmup" and "sampling", 0 until they are printed.
    """

    def __init__(self, report: Report, onward: Callable[[str], object]) -> None:
        super().__init__()
        self._report = report
        self._onward = onward
        self._rest = ""
        self.seconds = {"warmup": 0.0, "sampling": 0.0}

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, text: str) -> int:
        """Take text, line by line."""
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._line(line)
        return len(text)

    def _line(self, line: str) -> None:
        if match := _ITERATION.search(line):
            self._report(int(match[1]))
        elif match := _SECONDS.search(line):
            if match[2] in _PHASES:
                self.seconds[_PHASES[match[2]]] = float(match[1])
        elif line.strip():
            self._onward(line)
