"""Fetching the httpstan wheel with the installer in use, and checking what came."""

from __future__ import annotations

import base64
import csv
import hashlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

from stanlevels.engines.home.stan_versions import Wheel
from stanlevels.errors import InstallError, listing

__all__ = ["disk_full", "fetch", "installer", "unpack", "verify"]

# What a home is made of; the rest of the wheel is Python's business.
PARTS = ("include/", "lib/", "stanc")
LEFT_OUT = ("include/pybind11/",)


def installer() -> tuple[str, ...]:
    """The start of a command that installs packages here: `python -m pip`, or `uv pip`.

    The one that installed this package goes first, so that the same index settings apply.

    Raises
    ------
    InstallError
        If there is neither pip nor uv.
    """
    pip = (sys.executable, "-m", "pip") if importlib.util.find_spec("pip") else ()
    uv_path = os.environ.get("UV") or shutil.which("uv")
    uv = (uv_path, "pip") if uv_path else ()
    for candidate in (uv, pip) if _installed_by() == "uv" else (pip, uv):
        if candidate:
            return candidate
    raise InstallError(
        "neither pip nor uv was found in this Python environment",
        expected="one of them, to fetch the httpstan wheel",
        way_out=f"run `{sys.executable} -m ensurepip`, or install uv",
    )


def _installed_by() -> str:
    try:
        text = importlib.metadata.distribution("stanlevels").read_text("INSTALLER") or ""
    except importlib.metadata.PackageNotFoundError:
        return ""
    return text.strip()


def fetch(wheel: Wheel, folder: Path) -> Path:
    """Download a wheel and lay out its files in a folder.

    Parameters
    ----------
    wheel : Wheel
    folder : Path
        An empty folder to work in.

    Returns
    -------
    Path
        A folder with `httpstan/` and `httpstan-*.dist-info/`, every used file checked against the hashes
        in the wheel's own record; the installer has checked the wheel against the index's.

    Raises
    ------
    InstallError
        If the index cannot be reached, has no wheel for this platform, or the files are damaged.
    """
    start = installer()
    uses_uv = Path(start[0]).stem == "uv"
    said = ""
    for python in wheel.pythons:
        compose = _uv_command if uses_uv else _pip_command
        command = compose(start, wheel, python, folder)
        done = subprocess.run(command, capture_output=True, text=True, check=False, errors="replace")
        if done.returncode == 0:
            unpacked = folder / "unpacked"
            if not uses_uv:
                unpack(next(folder.glob("httpstan-*.whl")), unpacked)
            verify(unpacked, wheel)
            return unpacked
        said = done.stdout + done.stderr
    raise _refused(said, wheel)


def _pip_command(start: tuple[str, ...], wheel: Wheel, python: str, folder: Path) -> list[str]:
    return [
        *start, "download", "--no-deps", "--only-binary=:all:", "--python-version", python,
        "--disable-pip-version-check", "--no-input", "--dest", str(folder), f"httpstan=={wheel.httpstan}",
    ]  # fmt: skip


def _uv_command(start: tuple[str, ...], wheel: Wheel, python: str, folder: Path) -> list[str]:
    return [
        *start, "install", "--python", sys.executable, "--python-version", python,
        "--no-deps", "--only-binary", ":all:", "--target", str(folder / "unpacked"),
        f"httpstan=={wheel.httpstan}",
    ]  # fmt: skip


_UNREACHABLE = (
    r"Retrying \(Retry|NewConnectionError|Temporary failure in name resolution|Name or service not known"
    r"|Connection refused|[Tt]imed out|ProxyError|SSLError|CERTIFICATE_VERIFY_FAILED|Max retries exceeded"
    r"|dns error|error sending request|client error \(Connect\)|Could not connect|Network is unreachable"
)


def _refused(said: str, wheel: Wheel) -> InstallError:
    tail = said.strip().splitlines()[-1] if said.strip() else "no message"
    name = f"httpstan {wheel.httpstan}"
    if "No space left on device" in said or "Errno 28" in said:
        return disk_full()
    if re.search(_UNREACHABLE, said):
        return InstallError(
            f"the package index could not be reached to fetch {name} ({tail})",
            expected="the index that your pip or uv settings name",
            way_out="check the network, proxy and index settings with "
            f"`pip download --no-deps httpstan=={wheel.httpstan}`, then run this again",
        )
    return InstallError(
        f"the package index has no wheel of {name} for this platform ({tail})",
        expected="Linux with glibc, or macOS, on a processor that httpstan publishes wheels for",
        way_out="use the release route: stanlevels install-cmdstan --source release",
    )


def disk_full() -> InstallError:
    """The error for a disk without room."""
    return InstallError(
        "the disk is full: a CmdStan home needs 350 MB while it is made and 150 MB afterwards",
        way_out="free some space, or name another disk with --dir (and TMPDIR), then run this again",
    )


def unpack(archive: Path, folder: Path) -> None:
    """Extract the used parts of a wheel and its record.

    Raises
    ------
    InstallError
        If the archive is damaged.
    """
    try:
        with zipfile.ZipFile(archive) as source:
            names = [name for name in source.namelist() if _wanted(name) or ".dist-info/" in name]
            source.extractall(folder, names)
    except zipfile.BadZipFile as error:
        raise _damaged([f"{archive.name}: {error}"]) from error


def _wanted(name: str) -> bool:
    inner = name.removeprefix("httpstan/")
    return name.startswith("httpstan/") and inner.startswith(PARTS) and not inner.startswith(LEFT_OUT)


def verify(folder: Path, wheel: Wheel) -> None:
    """Check every used file against the wheel's record, and that the needed ones are there.

    Raises
    ------
    InstallError
        Naming up to five files that are missing or differ.
    """
    record = next(folder.glob(f"httpstan-{wheel.httpstan}.dist-info/RECORD"), None)
    if record is None:
        raise _damaged([f"no record of httpstan {wheel.httpstan}"])
    with record.open(newline="", encoding="utf-8") as lines:
        rows = [row for row in csv.reader(lines) if row and _wanted(row[0])]
    bad = [name for name, stated, *_ in rows if not _agrees(folder / name, stated)]
    listed = "\n".join(row[0] for row in rows)
    bad += [f"httpstan/{name}" for name in _NEEDED if f"httpstan/{name}" not in listed]
    if bad:
        raise _damaged(bad)


_NEEDED = (
    "stanc", "include/stan/version.hpp", "include/stan/model/model_header.hpp", "include/boost/",
    "include/Eigen/", "include/tbb/", "include/sundials/", "lib/libtbb", "lib/libsundials_cvodes",
)  # fmt: skip


def _agrees(path: Path, stated: str) -> bool:
    if not path.is_file():
        return False
    kind, _, expected = stated.partition("=")
    digest = hashlib.new(kind, path.read_bytes()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == expected


def _damaged(names: Iterable[str]) -> InstallError:
    return InstallError(
        f"the wheel that was downloaded is damaged or not what it should be: {listing(names)}",
        expected="files with the hashes in the wheel's own record",
        way_out="empty the installer's cache (`pip cache remove httpstan`, `uv cache clean httpstan`) "
        "and run this again",
    )
