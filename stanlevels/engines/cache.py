"""Compiled programs, kept by content.

An executable is named by everything that it depends on: the program without comments and blank
space, CmdStan's version and folder, the flags, and the compiler's version. It is built in a private
folder beside its final place and published by one rename, so that what has the final name is
complete; times of modification play no part. What became of it since, a cut or a flipped bit, is seen
before it is used (`stanlevels.engines.seal`): then it is built anew. Of several processes that want the
same program one builds and the others wait; a lock that its holder's death frees, and a rename that fails
harmlessly where another was first, keep that safe.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from stanlevels.engines import disk
from stanlevels.engines.locks import lock, try_lock
from stanlevels.engines.seal import inspect, seal
from stanlevels.engines.source import canonical
from stanlevels.engines.toolchain import Toolchain
from stanlevels.errors import EngineError

__all__ = ["Program", "cache_folder", "key", "program"]

STEM = "stanlevels_program"
"""The name of every cached program's files. It becomes part of C++, so it is not a user's name."""

_SUFFIX = ".exe" if sys.platform == "win32" else ""


@dataclass(frozen=True)
class Program:
    """A compiled program.

    Attributes
    ----------
    executable : Path
    source : str
        The text that was compiled. The text asked for may differ from it in comments and blank space.
    parameters : tuple of str
        Names in the parameters block.
    """

    executable: Path
    source: str
    parameters: tuple[str, ...]


Build = Callable[[Path], tuple[str, ...]]
"""Compiles a source file into an executable beside it, and returns the names of its parameters."""


def cache_folder() -> Path:
    """Where executables are kept: STANLEVELS_CACHE, else the platform's folder for caches."""
    if named := os.environ.get("STANLEVELS_CACHE"):
        return Path(named).expanduser().absolute() / "cmdstan"
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", "~/AppData/Local"))
    elif sys.platform == "darwin":
        base = Path("~/Library/Caches")
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache")
    return base.expanduser().absolute() / "stanlevels" / "cmdstan"


def key(code: str, tools: Toolchain) -> str:
    """The name of a program's executable: a hash of all that it depends on."""
    parts = [
        canonical(code),
        str(tools.home),
        tools.version,
        tools.compiler,
        tools.options,
        platform.machine(),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def program(
    code: str,
    tools: Toolchain,
    build: Build,
    notify: Callable[[], None],
    say: Callable[[str], None] = lambda line: None,
) -> Program:
    """The compiled program, from the cache or built now.

    Parameters
    ----------
    code : str
    tools : Toolchain
    build : callable
        Called only when there is something to build; what it raises passes through, and nothing is kept.
    notify : callable
        Called before a build.
    say : callable
        Gets a line where something else is worth saying: a program that is damaged is built anew, another
        process builds it and is waited for.

    Raises
    ------
    EngineError
        If the program includes other files, whose contents the key could not know, or if the cache cannot
        be written.
    """
    if "#include" in canonical(code).replace("# include", "#include"):
        raise EngineError(
            "a program with #include cannot be cached", way_out="put the included text into the program"
        )
    final = cache_folder() / key(code, tools)
    if isinstance(found := _read(final), Program):
        return found
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        with _locked(final.with_suffix(".lock"), say):
            if isinstance(found := _read(final), Program):
                return found
            if found:
                say(f"the compiled program in {final} is damaged ({found}): it is compiled again")
            notify()
            return _build(final, code, tools, build)
    except OSError as error:
        if disk.is_full(error):
            raise disk.full("the compiled program", final.parent) from None
        raise EngineError(
            f"the folder of compiled programs cannot be used: {error}",
            way_out="name a writable folder in the variable STANLEVELS_CACHE",
        ) from error


def _build(final: Path, code: str, tools: Toolchain, build: Build) -> Program:
    for remnant in final.parent.glob(f"{final.name}.building-*"):
        # Only the holder of the lock builds this key, so these were left by a build that was killed.
        shutil.rmtree(remnant, ignore_errors=True)
    private = Path(tempfile.mkdtemp(prefix=f"{final.name}.building-", dir=final.parent))
    try:
        source = private / f"{STEM}.stan"
        source.write_text(code, encoding="utf-8")
        parameters = build(source)
        executable = private / f"{STEM}{_SUFFIX}"
        if not executable.is_file() or executable.stat().st_size == 0:
            raise EngineError("the C++ compiler reported success but left no executable")
        executable.chmod(executable.stat().st_mode | stat.S_IXUSR)
        about = {"parameters": list(parameters), "version": tools.version, "compiler": tools.compiler}
        seal(private, executable, source, about)
        for left in private.iterdir():
            if left.name not in {source.name, f"{STEM}{_SUFFIX}", "about.json"}:
                left.unlink()
        shutil.rmtree(final, ignore_errors=True)  # it is there only if it is damaged
        with contextlib.suppress(OSError):  # another was first, where a file system has no locks
            private.rename(final)
    finally:
        shutil.rmtree(private, ignore_errors=True)
    found = _read(final)
    if not isinstance(found, Program):
        raise EngineError(
            f"the compiled program could not be moved to {final} ({found or 'it is not there'})"
        )
    return found


def _read(final: Path) -> Program | str:
    """A program of the cache; else what is wrong with it, and nothing if it is not there."""
    if not final.exists():
        return ""
    executable, source = final / f"{STEM}{_SUFFIX}", final / f"{STEM}.stan"
    about, fault = inspect(final, executable, source)
    if about is None:
        return fault
    return Program(executable, source.read_text(encoding="utf-8"), tuple(about["parameters"]))


@contextlib.contextmanager
def _locked(path: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold a lock that the system frees when this process ends, however it ends.

    Where a file system has no locks the build goes on without: the rename alone keeps it right.
    """
    with open(path, "ab") as handle:
        with contextlib.suppress(OSError):
            if not try_lock(handle):
                say("another process compiles this program: waiting for it")
                lock(handle)
        yield
