"""Finding CmdStan and a C++ compiler, without loading cmdstanpy.

CmdStan is looked for where cmdstanpy looks: the folder that the variable CMDSTAN names, else the highest
version under `~/.cmdstan`.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

__all__ = ["MARKER", "Toolchain", "home", "toolchain", "why_not"]

MARKER = "stanlevels-home.json"
"""The file that a home made by `stanlevels install-cmdstan` from a wheel has, and a release has not."""

_VERSION = re.compile(r"^CMDSTAN_VERSION\s*:=\s*(\S+)", re.MULTILINE)
_COMPILER = re.compile(r"^\s*CXX\s*[:?]?=\s*(.+?)\s*$", re.MULTILINE)
_OLDEST = (2, 31)
"""The first version that evaluates densities at unconstrained points."""
_SWITCHES = (
    "STAN_THREADS", "STAN_NO_RANGE_CHECKS", "STAN_CPP_OPTIMS", "STAN_OPENCL", "STAN_MPI", "STANCFLAGS", "O",
    "CXXFLAGS", "CPPFLAGS", "LDFLAGS", "LDLIBS",
)  # fmt: skip
"""Variables of the environment that make hands on to CmdStan's makefile."""


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
        All that decides how a program is built besides: flags, and for which processor.
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
        folder.resolve(), _version(folder) or "", said.partition("\n")[0].strip(), _decided(folder)
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


def _decided(folder: Path) -> str:
    """What decides how a program is built: a home of ours says it, a release is asked piece by piece."""
    if (folder / MARKER).is_file():
        inherited = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
        environment = tuple(sorted(item for item in os.environ.items() if item[0] not in inherited))
        if said := _said_by_make(folder, _options(folder), environment):
            return said
    given = [f"{name}={os.environ[name]}" for name in _SWITCHES if name in os.environ]
    options = "\n".join([_options(folder), *given])
    return f"{options}\n{_processor()}" if "native" in options else options


@lru_cache(maxsize=4)
def _said_by_make(folder: Path, options: str, environment: tuple[tuple[str, str], ...]) -> str:
    """The flags as the makefile settles them, what the processor is able to do among them."""
    done = subprocess.run(
        [make_name(), "-s", "info"], cwd=folder, env=dict(environment), capture_output=True, text=True,
        errors="replace", check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return done.stdout.strip() if done.returncode == 0 else ""


def _processor() -> str:
    """What the processor is able to do, as far as the system says."""
    with contextlib.suppress(OSError), open("/proc/cpuinfo", encoding="utf-8", errors="replace") as lines:
        return next((line.strip() for line in lines if line.startswith(("flags", "Features"))), "")
    return platform.processor()


def _compiler_name(folder: Path) -> str:
    if match := _COMPILER.search(_options(folder)):
        return match[1]
    return os.environ.get("CXX", "clang++" if sys.platform == "darwin" else "g++")
