"""Whether a compiled program is still what the compiler made.

Beside an executable lies what it was when it was built: its size and a digest of its bytes, on the disk
before the folder gets its final name. The digest is taken once for every state of the file that a process
meets.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
from pathlib import Path
from typing import Any

__all__ = ["inspect", "seal"]

_ABOUT = "about.json"


def seal(folder: Path, executable: Path, source: Path, about: dict[str, Any]) -> None:
    """Write what a program is, and see to it that all of it is on the disk."""
    facts = {
        **about,
        "size": executable.stat().st_size,
        "sha256": _digest(executable),
        "source": _digest(source),
    }
    (folder / _ABOUT).write_text(json.dumps(facts), encoding="utf-8")
    for path in (executable, source, folder / _ABOUT, folder):
        _sync(path)


def inspect(folder: Path, executable: Path, source: Path) -> tuple[dict[str, Any] | None, str]:
    """What was written of a program that is whole; else None, and what is wrong with it."""
    about = _about(folder / _ABOUT)
    if about is None:
        return None, "its description cannot be read"
    try:
        found = executable.stat()
        if found.st_size != about["size"]:
            return None, f"{found.st_size:,} of {about['size']:,} bytes are there"
        if not os.access(executable, os.X_OK):
            return None, "it has no right to run"
        if _known(executable, found.st_ino, found.st_size, found.st_mtime_ns) != about["sha256"]:
            return None, "its bytes are not those that were compiled"
        if _digest(source) != about["source"]:
            return None, "its source is not the one that was compiled"
    except OSError as error:
        return None, f"{error.strerror or error}: {error.filename}"
    return about, ""


def _about(path: Path) -> dict[str, Any] | None:
    """A description that has all its entries."""
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    kinds = {"parameters": list, "size": int, "sha256": str, "source": str}
    whole = isinstance(about, dict) and all(isinstance(about.get(key), kind) for key, kind in kinds.items())
    return about if whole and all(isinstance(name, str) for name in about["parameters"]) else None


@functools.lru_cache(maxsize=256)
def _known(path: Path, *state: int) -> str:
    """The digest of a file in a state that is named by its number, size and time."""
    return _digest(path)


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Have a file or folder on the disk, where the system can be asked for that."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
