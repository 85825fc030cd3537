"""A line that says how far a long computation is."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from stanlevels.engines.progress import duration, outlet

__all__ = ["going_on"]

T = TypeVar("T")
_PATIENCE = 2.0  # seconds before anything is shown
_WIDTH = 24


def going_on(pieces: Iterable[T], total: int, what: str, *, progress: bool) -> Iterator[T]:
    """The pieces one after another, with a bar on the way where that takes more than two seconds.

    Parameters
    ----------
    pieces : iterable
    total : int
        How many there are.
    what : str
        What is going on, as in "predicting".
    progress : bool
        Whether to show it.
    """
    place = outlet() if progress else None
    start = drawn = time.monotonic()
    shown, quarter = False, 0
    for done, piece in enumerate(pieces):
        yield piece
        now, share = time.monotonic(), (done + 1) / max(total, 1)
        if place is None or now - start < _PATIENCE:
            continue
        stream, redraw = place
        text = f"{what} [{'#' * int(_WIDTH * share):.<{_WIDTH}}] {int(100 * share):3d} %"
        text += f"  {duration((now - start) * (1 - share) / share)} left" if share < 1 else ""
        if redraw is not None and (now - drawn >= redraw or share >= 1):
            stream.write("\r" + text.ljust(60))
            stream.flush()
            shown, drawn = True, now
        elif redraw is None and int(4 * share) > quarter:
            quarter = int(4 * share)
            stream.write(text + "\n")
            stream.flush()
    if shown and place is not None:
        place[0].write("\n")
        place[0].flush()
