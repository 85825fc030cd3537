"""Installing CmdStan: which route, in which order, and publishing a home only when it is whole."""

from __future__ import annotations

import errno
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from stanlevels.engines.home.build import build_driver, check_tools, default_jobs
from stanlevels.engines.home.layout import assemble
from stanlevels.engines.home.locate import (
    MARKER,
    default_folder,
    find_cmdstan,
    is_complete,
    latest_in,
    version_of,
)
from stanlevels.engines.home.lock import installing, make_folder
from stanlevels.engines.home.release import install_release, unreachable
from stanlevels.engines.home.stan_versions import LATEST, wheel_of
from stanlevels.engines.home.wheel import disk_full, fetch
from stanlevels.errors import InstallError

__all__ = ["SOURCES", "install_cmdstan"]

SOURCES = ("auto", "release", "wheel")
_ROOM = 350_000_000
_TEMPORARY = ".stanlevels-"


@dataclass(frozen=True)
class _Request:
    version: str | None
    folder: Path
    jobs: int
    precompiled_header: bool
    force: bool
    progress: bool
    say: Callable[[str], None]


def install_cmdstan(
    source: str = "auto",
    version: str | None = None,
    progress: bool = True,
    *,
    dir: str | os.PathLike[str] | None = None,  # noqa: A002 - cmdstanpy's name for it
    jobs: int | None = None,
    precompiled_header: bool = False,
    force: bool = False,
) -> Path:
    """Install CmdStan, also where only a Python package index can be reached.

    Parameters
    ----------
    source : {"auto", "release", "wheel"}
        `release` downloads a CmdStan release with cmdstanpy; `wheel` builds a CmdStan home out of the
        httpstan wheel of the package index; `auto` keeps an installation that works, else tries `release`,
        else `wheel`.
    version : str, optional
        A version of CmdStan, such as ``"2.39.0"``; by default any that is installed, else the newest.
    progress : bool
        Say on the standard error stream what happens.
    dir : path, optional
        The folder that homes live in, by default `~/.cmdstan`, where cmdstanpy looks.
    jobs : int, optional
        Compilations at once, by default what processors and memory (2.6 GB each) allow.
    precompiled_header : bool
        Also precompile the header of models: they compile in half the time, at 0.8 GB of disk. (A release
        does so by itself.)
    force : bool
        Install even if it is there.

    Returns
    -------
    Path
        The home. If it is not the one cmdstanpy finds by itself, the variable CMDSTAN is set to it in this
        process.

    Raises
    ------
    InstallError
        Saying what stood in the way and what to do.
    """
    if source not in SOURCES:
        raise InstallError(f"source={source!r}", expected=" or ".join(map(repr, SOURCES)))
    if jobs is not None and jobs < 1:
        raise InstallError(f"jobs={jobs}", expected="1 or more compilations at once")
    folder = Path(dir).expanduser().absolute() if dir else default_folder()
    request = _Request(
        version, folder, jobs or default_jobs(), precompiled_header, force, progress, _speaker(progress)
    )
    home = {"auto": _auto, "release": _release, "wheel": _wheel}[source](request)
    if precompiled_header:
        _add_header(home, request)
    _make_known(home, request)
    return home


def _speaker(progress: bool) -> Callable[[str], None]:
    start = time.monotonic()

    def say(text: str) -> None:
        if progress:
            print(f"[{time.monotonic() - start:5.0f} s] {text}", file=sys.stderr, flush=True)

    return say


def _auto(request: _Request) -> Path:
    if not request.force and (home := _present(request)) is not None:
        return home
    reason = unreachable(request.version or LATEST)
    if not reason:
        try:
            return _release(request)
        except InstallError as error:
            reason = error.found
    request.say(f"no CmdStan release to be had ({reason}): taking the wheel route")
    return _wheel(request)


def _present(request: _Request) -> Path | None:
    """An installation that works, of the version and in the folder asked for, if there is one."""
    home = find_cmdstan() if request.folder == default_folder() else latest_in(request.folder)
    if request.version is not None and (home is None or version_of(home) != request.version):
        home = request.folder / f"cmdstan-{request.version}"
    if home is not None and not is_complete(home):
        home = None
    if home is not None:
        request.say(f"CmdStan {version_of(home)} is installed in {home}: nothing to do")
    return home


def _release(request: _Request) -> Path:
    check_tools()
    home = request.folder / f"cmdstan-{request.version}"
    if request.version and is_complete(home) and not (home / MARKER).exists() and not request.force:
        request.say(f"CmdStan {request.version} is installed in {home}: nothing to do")
        return home
    make_folder(request.folder)
    home = install_release(
        request.version, request.folder, jobs=request.jobs, progress=request.progress, say=request.say
    )
    request.say(f"done: CmdStan {version_of(home)} in {home}")
    return home


def _wheel(request: _Request) -> Path:
    """Build a home in a temporary folder beside its place, and rename it when it is whole."""
    _check_platform()
    wheel = wheel_of(request.version)
    home = request.folder / f"cmdstan-{wheel.stan}"
    if not request.force and is_complete(home):
        request.say(f"CmdStan {wheel.stan} is installed in {home}: nothing to do")
        return home
    check_tools()
    with installing(request.folder, request.say):
        _sweep(request.folder)
        if not request.force and is_complete(home):
            request.say(f"the other installation made {home}: nothing to do")
            return home
        if shutil.disk_usage(request.folder).free < _ROOM:
            raise disk_full()
        work = Path(tempfile.mkdtemp(prefix=f"{_TEMPORARY}build-", dir=request.folder))
        try:
            _build(work, request)
            _publish(work / "home", home, work)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise disk_full() from error
            raise
        finally:
            shutil.rmtree(work, ignore_errors=True)
    request.say(f"done: CmdStan {wheel.stan} in {home}")
    return home


def _check_platform() -> None:
    if platform.system() == "Windows":
        raise InstallError(
            "the wheel route is not for Windows: httpstan has no wheel there",
            expected="Linux or macOS",
            way_out="use the release route: stanlevels install-cmdstan --source release",
        )


def _build(work: Path, request: _Request) -> None:
    wheel = wheel_of(request.version)
    (work / "wheel").mkdir()
    request.say(f"fetching httpstan {wheel.httpstan}, which carries Stan {wheel.stan}: about 40 MB")
    unpacked = fetch(wheel, work / "wheel")
    request.say("every file agrees with the wheel's record; laying out the home")
    assemble(unpacked, work / "home", wheel)
    shutil.rmtree(work / "wheel")
    request.say(f"compiling CmdStan's command line, {request.jobs} at once: 1 to 3 minutes, once")
    build_driver(work / "home", jobs=request.jobs, say=request.say)


def _add_header(home: Path, request: _Request) -> None:
    """Have a home precompile the header of models, now and for flags to come."""
    if not (home / MARKER).exists():
        request.say("a CmdStan release precompiles the header of models by itself")
        return
    check_tools()
    local = home / "make/local"
    settings = local.read_text() if local.exists() else ""
    if "PRECOMPILED_HEADERS" not in settings:
        local.write_text(settings + "PRECOMPILED_HEADERS := true\n")
    build_driver(home, jobs=request.jobs, say=request.say)


def _publish(built: Path, home: Path, work: Path) -> None:
    if home.exists():
        home.rename(work / "replaced")
    built.rename(home)


def _sweep(folder: Path) -> None:
    """Remove what an installation that was killed left; the lock says that none is running."""
    for leftover in folder.glob(f"{_TEMPORARY}build-*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _make_known(home: Path, request: _Request) -> None:
    found = find_cmdstan()
    if found is not None and found.resolve() == home.resolve():
        return
    os.environ["CMDSTAN"] = str(home)
    request.say(f"cmdstanpy would not find it by itself: set CMDSTAN={home} (done for this process)")
