"""One installation at a time in a folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from stanlevels.errors import InstallError

__all__ = ["installing", "make_folder"]


@contextmanager
def installing(folder: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold a folder for one installation; wait, and say so, while another holds it.

    The lock is the system's own, so that it goes away with a process that is killed.

    Raises
    ------
    InstallError
        If the folder cannot be written.
    """
    import fcntl

    make_folder(folder)
    with open(folder / ".stanlevels-install.lock", "a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say(f"another installation is running in {folder}: waiting for it to end")
            fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)


def make_folder(folder: Path) -> None:
    """Create a folder if needed, and see that it can be written.

    Raises
    ------
    InstallError
        If it cannot.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".stanlevels-install.lock").touch()
        writable = os.access(folder, os.W_OK)
    except OSError as error:
        raise _read_only(folder, str(error.strerror)) from error
    if not writable:
        raise _read_only(folder, "no permission to write")


def _read_only(folder: Path, reason: str) -> InstallError:
    return InstallError(
        f"CmdStan cannot be installed in {folder}: {reason}",
        expected="a folder that can be written",
        way_out="name another with --dir (from Python: dir=...), and set CMDSTAN to the home in it",
    )
