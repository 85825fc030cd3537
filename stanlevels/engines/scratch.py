"""Temporary folders that outlive no process.

A folder is removed by the process that made it. One that is killed cannot do that: so each folder holds a
lock of its owner, which the system frees when the owner ends, and a later process, before it makes its first
folder, clears away those whose lock is free.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import tempfile
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

from stanlevels.engines.disk import writing
from stanlevels.engines.locks import try_lock

__all__ = ["Scratch", "scratch"]

_PREFIX = "stanlevels-"
_LOCK = "owner.lock"
_NEW = 60.0
"""Seconds in which a folder may not have its lock yet."""


class Scratch:
    """A temporary folder of this process, removed when it is closed, forgotten, or the process ends.

    Attributes
    ----------
    path : Path

    Raises
    ------
    EngineError
        If there is no room for one.
    """

    def __init__(self) -> None:
        _sweep_once(tempfile.gettempdir())
        with writing("temporary files", Path(tempfile.gettempdir())):
            self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
            held = _hold(self.path)
        self.close = weakref.finalize(self, _remove, self.path, held, os.getpid())


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A temporary folder for the length of a block."""
    folder = Scratch()
    try:
        yield folder.path
    finally:
        folder.close()


def _hold(folder: Path) -> contextlib.ExitStack:
    """The lock of a folder, held until the stack is closed; without meaning where there are no locks."""
    with contextlib.ExitStack() as stack:
        handle = stack.enter_context(open(folder / _LOCK, "wb"))
        with contextlib.suppress(OSError):
            try_lock(handle)
        return stack.pop_all()


def _remove(folder: Path, held: contextlib.ExitStack, owner: int) -> None:
    held.close()
    if os.getpid() == owner:  # a forked child must leave it alone
        shutil.rmtree(folder, ignore_errors=True)


@functools.cache
def _sweep_once(place: str) -> None:
    with contextlib.suppress(OSError):
        for folder in Path(place).glob(f"{_PREFIX}*"):
            if _is_orphan(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _is_orphan(folder: Path) -> bool:
    """Whether the process that made a folder has ended."""
    with contextlib.suppress(OSError):
        if time.time() - folder.stat().st_mtime < _NEW:
            return False
        with open(folder / _LOCK, "rb+") as handle:
            return try_lock(handle)
    return False
