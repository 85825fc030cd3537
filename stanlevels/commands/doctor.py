"""`stanlevels doctor`: what is installed, and what of it works."""

from __future__ import annotations

import argparse
import platform
import sys
import textwrap
import time
from collections.abc import Iterator
from importlib import metadata

from stanlevels.engines.base import Engine, Settings
from stanlevels.errors import StanlevelsError
from stanlevels.version import __version__

__all__ = ["add_arguments", "run"]

_NEEDED = ("numpy", "scipy", "pandas", "narwhals", "jinja2", "arviz", "cmdstanpy")
_OPTIONAL = {
    "stanli": "the embedded engine (Linux, macOS)",
    "nutpie": "engine='nutpie', for models of many unknowns",
    "polars": "polars data frames",
    "pyarrow": "Parquet files and Arrow tables",
    "matplotlib": "ArviZ's plots",
    "h5netcdf": "saving draws: fit.idata.to_netcdf(...)",
}
_SAID = 12  # lines of an error; compilers say much
_PROGRAM = "data { real y; } parameters { real mu; } model { target += normal_lpdf(y | mu, 1); }"
_WAYS_OUT = {
    "cmdstan": "run `stanlevels install-cmdstan` (it needs make and a C++ compiler)",
    "stanli": "run `pip install stanli` (Linux and macOS)",
    "nutpie": "run `pip install nutpie`; it is needed for engine='nutpie' alone",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `doctor`."""
    parser.add_argument("--quick", action="store_true", help="look what is installed, but run no engine")


def run(args: argparse.Namespace) -> int:
    """Print what is found; the exit status is 0 if an engine can be used and nothing needed is missing."""
    print(f"stanlevels {__version__}, Python {platform.python_version()}, {platform.platform()}")
    print(f"  {sys.executable}\n\npackages")
    missing = list(_report_packages())
    print("\nengines, the preferred one first")
    working = sum([_report_engine(name, engine, args.quick) for name, engine in _engines()])
    print("\n" + _verdict(missing, working))
    return 0 if working and not missing else 1


def _report_packages() -> Iterator[str]:
    """Print every package's version; give the names of those that are needed and missing."""
    for name in (*_NEEDED, *_OPTIONAL):
        version = _version(name)
        if version:
            print(f"  {name:12s}{version}")
        elif name in _NEEDED:
            print(f"  {name:12s}MISSING: run `pip install {name}`")
            yield name
        else:
            print(f"  {name:12s}not installed; it brings {_OPTIONAL[name]}: `pip install {name}`")


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _engines() -> Iterator[tuple[str, Engine]]:
    from stanlevels.engines.choose import engines

    yield from engines().items()


def _report_engine(name: str, engine: Engine, quick: bool) -> bool:
    """Print whether an engine works, having run it unless `quick`."""
    if why := engine.why_not():
        print(f"  {name:12s}cannot be used: {why}\n{'':14s}{_WAYS_OUT[name]}")
        return False
    if quick:
        print(f"  {name:12s}{engine.version()} is installed (not run)")
        return True
    try:
        seconds = _try(engine)
    except StanlevelsError as error:
        said = textwrap.indent("\n".join(str(error).splitlines()[-_SAID:]), " " * 16)
        print(f"  {name:12s}{engine.version()} is installed but does not work:\n{said}")
        return False
    print(f"  {name:12s}{engine.version()} works: built and sampled a small program in {seconds:.1f} s")
    return True


def _try(engine: Engine) -> float:
    """Build and sample a program of one parameter."""
    start = time.perf_counter()
    prepared = engine.prepare(_PROGRAM, {"y": 1.0}, name="doctor")
    prepared.sample(Settings(chains=1, warmup=200, draws=200, seed=1, progress=False))
    return time.perf_counter() - start


def _verdict(missing: list[str], working: int) -> str:
    if missing:
        return f"Not ready: {', '.join(missing)} missing."
    if not working:
        return "Not ready: no engine can be used."
    return "Ready. Try: stanlevels demo radon"
