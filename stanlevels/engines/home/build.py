"""Compiling the driver with make, and saying in a sentence why that failed."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from stanlevels.engines.guarded import run_guarded
from stanlevels.engines.home.wheel import disk_full
from stanlevels.errors import InstallError

__all__ = ["build_driver", "check_tools", "default_jobs"]

_MEMORY_PER_JOB = 2.6e9


def check_tools() -> None:
    """Look for make and a C++ compiler.

    Raises
    ------
    InstallError
        Naming what is missing and how it is usually installed.
    """
    make = os.environ.get("MAKE", "make")
    compiler = shlex.split(os.environ.get("CXX", "g++"))[0]
    missing = [tool for tool in (make, compiler) if shutil.which(tool) is None]
    if missing:
        raise InstallError(
            f"there is no {' and no '.join(repr(tool) for tool in missing)} on the PATH",
            expected="make and a C++17 compiler: CmdStan compiles every model",
            way_out="install them (Debian and Ubuntu: apt-get install g++ make; "
            "Fedora: dnf install gcc-c++ make; macOS: xcode-select --install; "
            "conda: conda install cxx-compiler make), or set CXX and MAKE; "
            'without a compiler, engine="stanli" runs every model',
        )


def default_jobs() -> int:
    """Compilations to run at once: as many as processors and memory allow, at most 4."""
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        memory = int(_MEMORY_PER_JOB)
    return max(1, min(os.cpu_count() or 1, int(memory / _MEMORY_PER_JOB), 4))


def build_driver(
    home: Path, *, jobs: int, settings: Mapping[str, str] | None = None, say: Callable[[str], None] = print
) -> None:
    """Run `make build` in a home: compile the driver for one set of flags.

    Parameters
    ----------
    home : Path
    jobs : int
        Compilations at once; each takes up to 2.5 GB of memory.
    settings : mapping of str to str, optional
        Variables for make, such as ``{"STAN_THREADS": "true"}``.
    say : callable
        Gets a line for each piece that is compiled.

    Raises
    ------
    InstallError
        If the compiler fails, with its last lines.
    """
    command = [os.environ.get("MAKE", "make"), f"-j{jobs}", "build"]
    command += [f"{name}={value}" for name, value in (settings or {}).items()]

    def tell(line: str) -> None:
        if line.startswith("--- "):
            say(line.strip(" -\n"))

    code, said = run_guarded(command, home, environment=_plain_environment(), heard=tell)
    if code != 0:
        raise _failed(said)


def _plain_environment() -> dict[str, str]:
    """Without what another make would hand down."""
    inherited = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
    return {key: value for key, value in os.environ.items() if key not in inherited}


def _failed(said: str) -> InstallError:
    if "No space left on device" in said:
        return disk_full()
    if re.search(r"Killed|signal terminated|virtual memory exhausted|out of memory", said):
        return InstallError(
            "the compiler was killed, probably for lack of memory",
            expected="2.5 GB of free memory for each compilation",
            way_out="run this again with --jobs 1, or on a machine with more memory",
        )
    tail = "".join(said.splitlines(keepends=True)[-15:]).strip()
    return InstallError(
        f"the C++ compiler could not build the driver:\n{tail}",
        expected="g++ 9 or later, or clang 10 or later",
        way_out="install a newer compiler, or name one: CXX=clang++ stanlevels install-cmdstan",
    )
