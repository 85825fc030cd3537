"""Finding CmdStan and a C++ compiler, without loading cmdstanpy.

CmdStan is looked for where cmdstanpy looks: the folder that the variable CMDSTAN names, else the highest
version under `~/.cmdstan`.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Toolchain", "home", "toolchain", "why_not"]

_VERSION = re.compile(r"^CMDSTAN_VERSION\s*:=\s*(\S+)", re.MULTILINE)
_COMPILER = re.compile(r"^\s*CXX\s*[:?]?=\s*(.+?)\s*$", re.MULTILINE)
_OLDEST = (2, 31)
"""The first version that evaluates densities at unconstrained points."""


@dataclass(frozen=True)
class Toolchain:
    """What compiles a Stan program.

    Attributes
    ----------
    home : Path
        CmdStan's folder.
    version : str
        CmdStan's, such as `2.36.0`.
    compiler : str
        What the C++ compiler says of its version.
    options : str
        The contents of `make/local`, which may hold flags.
    """

    home: Path
    version: str
    compiler: str
    options: str


def home() -> Path | None:
    """CmdStan's folder, if one is named or installed."""
    if named := os.environ.get("CMDSTAN"):
        return Path(named).expanduser()
    folder = Path("~/.cmdstan").expanduser()
    installed = [path for path in folder.glob("cmdstan-*") if path.is_dir()]
    return max(installed, key=_rank) if installed else None


def _rank(path: Path) -> tuple[tuple[int, ...], int]:
    """Order of versions; a release candidate comes before its release."""
    release, _, candidate = path.name.removeprefix("cmdstan-").partition("-rc")
    parts = tuple(int(part) for part in release.split(".") if part.isdigit())
    return parts, int(candidate) if candidate.isdigit() else sys.maxsize


def why_not() -> str:
    """Why CmdStan cannot be used here; empty if it can."""
    folder = home()
    if folder is None:
        return "no CmdStan is installed"
    version = _version(folder)
    if version is None:
        return f"{folder} holds no CmdStan (no version in its makefile)"
    if tuple(int(part) for part in re.findall(r"\d+", version)[:2]) < _OLDEST:
        return f"CmdStan {version} is too old ({'.'.join(map(str, _OLDEST))} is needed)"
    if importlib.util.find_spec("cmdstanpy") is None:
        return "the package cmdstanpy is not installed"
    missing = [
        tool for tool in (make_name(), shlex.split(_compiler_name(folder))[0]) if shutil.which(tool) is None
    ]
    return f"there is no {' and no '.join(missing)} to compile with" if missing else ""


def toolchain() -> Toolchain:
    """What would compile here. Only where `why_not()` is empty."""
    folder = home()
    assert folder is not None
    compiler = [*shlex.split(_compiler_name(folder)), "--version"]
    said = subprocess.run(
        compiler, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    ).stdout
    return Toolchain(
        folder.resolve(), _version(folder) or "", said.partition("\n")[0].strip(), _options(folder)
    )


def make_name() -> str:
    """The program that builds."""
    return os.environ.get("MAKE", "mingw32-make" if sys.platform == "win32" else "make")


def _version(folder: Path) -> str | None:
    try:
        match = _VERSION.search((folder / "makefile").read_text(encoding="utf-8"))
    except OSError:
        return None
    return match[1] if match else None


def _options(folder: Path) -> str:
    path = folder / "make" / "local"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _compiler_name(folder: Path) -> str:
    if match := _COMPILER.search(_options(folder)):
        return match[1]
    return os.environ.get("CXX", "clang++" if sys.platform == "darwin" else "g++")
