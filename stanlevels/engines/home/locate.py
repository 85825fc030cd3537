"""Finding the CmdStan that cmdstanpy would use, and judging whether it can be used."""

from __future__ import annotations

import os
import re
from pathlib import Path

from stanlevels.engines.toolchain import MARKER

__all__ = ["MARKER", "default_folder", "find_cmdstan", "is_complete", "latest_in", "version_of"]


def default_folder() -> Path:
    """Where homes live unless told otherwise: `.cmdstan` in the person's home folder, as for cmdstanpy."""
    return Path("~/.cmdstan").expanduser()


def find_cmdstan() -> Path | None:
    """The CmdStan home that `cmdstanpy.cmdstan_path()` would give, or None.

    The order is cmdstanpy's: the environment variable `CMDSTAN`, else the highest version under
    `~/.cmdstan/cmdstan-*`. If that one is not complete the answer is None, as cmdstanpy looks no further.
    """
    named = os.environ.get("CMDSTAN", "")
    if named:
        home = Path(named).expanduser()
        return home if is_complete(home) else None
    latest = latest_in(default_folder())
    return latest if latest is not None and is_complete(latest) else None


def latest_in(folder: Path) -> Path | None:
    """The home with the highest version in a folder, complete or not."""
    homes = _numbered(folder)
    return max(homes)[1] if homes else None


def _numbered(folder: Path) -> list[tuple[tuple[int, ...], Path]]:
    """Homes with a version for a name; a release candidate sorts before its release."""
    found: list[tuple[tuple[int, ...], Path]] = []
    for home in folder.glob("cmdstan-*"):
        match = re.fullmatch(r"cmdstan-(\d+)\.(\d+)\.(\d+)(?:-rc(\d+))?", home.name)
        if match and home.is_dir():
            major, minor, patch, candidate = match.groups()
            found.append(((int(major), int(minor), int(patch), int(candidate or 1_000_000)), home))
    return found


def is_complete(home: Path) -> bool:
    """Whether a folder has what cmdstanpy asks of a home: makefile, version, and a `bin/stanc` to run."""
    stanc = next((p for p in (home / "bin/stanc", home / "bin/stanc.exe") if p.is_file()), None)
    return stanc is not None and os.access(stanc, os.X_OK) and version_of(home) is not None


def version_of(home: Path) -> str | None:
    """The version in a home's makefile, such as `2.39.0`, or None."""
    try:
        text = (home / "makefile").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    match = re.search(r"^CMDSTAN_VERSION := (\S+)", text, re.MULTILINE)
    return match.group(1) if match else None
