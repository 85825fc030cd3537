"""What a full disk, or a limit on the size of files, does to a run, in words."""

from __future__ import annotations

import contextlib
import errno
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

from stanlevels.errors import EngineError

__all__ = ["FULL", "TOO_LARGE", "full", "is_exhausted", "is_full", "room", "writing"]

FULL = 28
"""The exit code of a worker that could not even write down that the disk is full."""

TOO_LARGE = -int(getattr(signal, "SIGXFSZ", 0)) or None
"""The return code of a process that was ended for writing a larger file than it may; None without limits."""

_NOTHING = 100_000
_REASONS = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


def is_full(error: OSError) -> bool:
    """Whether there was no room for what was written. NumPy's own error of a short write has no number."""
    return error.errno is None or error.errno in _REASONS


def is_exhausted(folder: Path) -> bool:
    """Whether next to nothing can be written where a folder lies."""
    try:
        return shutil.disk_usage(folder).free < _NOTHING
    except OSError:
        return False


def room(folder: Path) -> str:
    """How much is free where a folder lies, as in `1.5 GB free in FOLDER`."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return f"folder {folder}"
    for unit, size in (("GB", 1e9), ("MB", 1e6)):
        if free >= size:
            return f"{free / size:.1f} {unit} free in {folder}"
    return f"{free:,} bytes free in {folder}"


def full(what: str, folder: Path) -> EngineError:
    """The error of something that could not be written whole.

    Examples
    --------
    >>> from pathlib import Path
    >>> full("the results of chain 2", Path("/nowhere")).found
    'the disk has no room for the results of chain 2 (folder /nowhere)'
    """
    return EngineError(
        f"the disk has no room for {what} ({room(folder)})",
        way_out="free space there, raise the limit on the size of files if there is one (ulimit -f), "
        "or name another folder for temporary files in the variable TMPDIR",
    )


@contextlib.contextmanager
def writing(what: str, folder: Path) -> Iterator[None]:
    """Word what the system says while files are written to a folder.

    Raises
    ------
    EngineError
        If the disk is full, or the folder cannot be written for another reason.
    """
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise full(what, folder) from None
        raise EngineError(
            f"{what} cannot be written to {folder}: {error.strerror or error}",
            way_out="name a folder that can be written in the variable TMPDIR",
        ) from error
