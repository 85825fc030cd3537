"""Locks on files, which the system frees when their holder ends, however it ends."""

from __future__ import annotations

import sys
from typing import IO

__all__ = ["lock", "try_lock"]

if sys.platform == "win32":
    import msvcrt

    def try_lock(handle: IO[bytes]) -> bool:
        """Take the lock of an open file if nobody holds it.

        Raises
        ------
        OSError
            If somebody does: this system does not tell that apart from having no locks.
        """
        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        return True

    def lock(handle: IO[bytes]) -> None:
        """Wait for the lock of an open file.

        Raises
        ------
        OSError
            If the file system has no locks.
        """
        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)
else:
    import fcntl

    def try_lock(handle: IO[bytes]) -> bool:
        """Take the lock of an open file if nobody holds it; whether that was so.

        Raises
        ------
        OSError
            If the file system has no locks.
        """
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def lock(handle: IO[bytes]) -> None:
        """Wait for the lock of an open file.

        Raises
        ------
        OSError
            If the file system has no locks.
        """
        fcntl.flock(handle, fcntl.LOCK_EX)
