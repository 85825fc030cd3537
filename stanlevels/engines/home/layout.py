"""Making the folder that cmdstanpy takes for a CmdStan home."""

from __future__ import annotations

import importlib.resources
import json
import re
import shutil
import stat
import sys
from pathlib import Path
from typing import Any

from stanlevels.engines.home.locate import MARKER
from stanlevels.engines.home.stan_versions import Wheel
from stanlevels.errors import InstallError

__all__ = ["assemble", "driver_files"]


def driver_files() -> Any:
    """The driver's sources, makefile and scripts, as package data."""
    return importlib.resources.files("stanlevels.engines") / "driver"


def assemble(unpacked: Path, home: Path, wheel: Wheel) -> None:
    """Move the wheel's parts and the driver into a home; nothing is compiled yet.

    Parameters
    ----------
    unpacked : Path
        What `wheel.fetch` gave, on the same file system as `home`.
    home : Path
        A folder to create.
    wheel : Wheel

    Raises
    ------
    InstallError
        If the headers are of another version of Stan than the wheel should carry.
    """
    package = unpacked / "httpstan"
    _check_version(package / "include/stan/version.hpp", wheel)
    (home / "bin").mkdir(parents=True)
    (home / "make").mkdir()
    shutil.move(package / "include", home / "include")
    shutil.move(package / "lib", home / "lib")
    shutil.rmtree(home / "include/pybind11", ignore_errors=True)
    _executable(Path(shutil.move(package / "stanc", home / "bin/stanc")))
    _keep_licences(unpacked, home)
    _add_driver(home, wheel)
    _add_scripts(home)
    (home / MARKER).write_text(json.dumps({"stan": wheel.stan, "httpstan": wheel.httpstan}) + "\n")


def _check_version(header: Path, wheel: Wheel) -> None:
    text = header.read_text(encoding="utf-8")
    numbers = [re.search(rf"#define STAN_{part} (\d+)", text) for part in ("MAJOR", "MINOR", "PATCH")]
    found = ".".join(number.group(1) if number else "?" for number in numbers)
    if found != wheel.stan:
        raise InstallError(
            f"httpstan {wheel.httpstan} carries Stan {found}",
            expected=f"Stan {wheel.stan}",
            way_out="look at which package your index serves under this name",
        )


def _keep_licences(unpacked: Path, home: Path) -> None:
    info = next(unpacked.glob("httpstan-*.dist-info"))
    for name in ("LICENSE", "METADATA"):
        if (info / name).is_file():
            shutil.copyfile(info / name, home / f"httpstan-{name}")


def _add_driver(home: Path, wheel: Wheel) -> None:
    source = driver_files()
    (home / "driver/src").mkdir(parents=True)
    for file in (source / "src").iterdir():
        if file.name.endswith((".cpp", ".hpp")):
            (home / "driver/src" / file.name).write_text(file.read_text())
    makefile = (source / "makefile.in").read_text().replace("@VERSION@", wheel.stan)
    (home / "makefile").write_text(makefile)


def _add_scripts(home: Path) -> None:
    """`bin/stansummary` and `bin/diagnose`: Python, run by the interpreter that made the home."""
    scripts = driver_files() / "scripts"
    (home / "driver/scripts").mkdir()
    for file in scripts.iterdir():
        if file.name.endswith(".py"):
            (home / "driver/scripts" / file.name).write_text(file.read_text())
    for tool in ("stansummary", "diagnose"):
        text = (scripts / "launcher.in").read_text()
        text = text.replace("@PYTHON@", sys.executable.replace("'", "'\\''")).replace("@TOOL@", tool)
        (home / "bin" / tool).write_text(text)
        _executable(home / "bin" / tool)


def _executable(path: Path) -> None:
    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
