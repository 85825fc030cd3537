"""`stanlevels demo`: a model, its plan, its fit and its results, on data that come along."""

from __future__ import annotations

import argparse
import inspect
import sys
import time
from types import ModuleType
from typing import Any

from stanlevels.commands.scripts import load_script, models_of
from stanlevels.resources import folder

__all__ = ["DEMOS", "add_arguments", "run"]

DEMOS = {
    "radon": "radon in 919 houses of 85 counties (real data)",
    "romcom": "ratings of 30 friends: partial pooling as a weighted average (simulated)",
    "students": "five nested levels, crossed with background (simulated)",
    "crashes": "apps within publishers, crossed with devices (simulated)",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `demo`."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "demos:\n" + "\n".join(f"  {name:10s}{what}" for name, what in DEMOS.items())
    parser.add_argument("name", choices=list(DEMOS), metavar="name", help=" | ".join(DEMOS))
    parser.add_argument("--draws", type=int, default=1000, help="kept draws per chain (default 1000)")
    parser.add_argument("--warmup", type=int, help="iterations of adaptation (default: the planner decides)")
    parser.add_argument("--chains", type=int, default=4, help="number of chains (default 4)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the draws (default 1)")
    parser.add_argument(
        "--engine",
        choices=("auto", "stanli", "cmdstan"),
        help="default: the embedded engine, which compiles nothing, where it is installed",
    )


def run(args: argparse.Namespace) -> int:
    """Print the model and run its example script."""
    start = time.perf_counter()
    path = folder("examples") / f"{args.name}.py"
    script = load_script(path)
    print(f"{_first_line(script)}\n\n{_source(script)}\n")
    names = ("draws", "warmup", "chains", "seed")
    fit = script.main(engine=_engine(args.engine), **{name: getattr(args, name) for name in names})
    print(f"\n{fit!r}\n")
    print(f"{time.perf_counter() - start:.1f} s in all. The script: {path}")
    return 0


def _first_line(script: ModuleType) -> str:
    return (script.__doc__ or "").partition("\n")[0]


def _source(script: ModuleType) -> str:
    """The source of the script's models."""
    return "\n\n".join(inspect.getsource(model).strip() for model in models_of(script).values())


def _engine(asked: str | None) -> Any:
    """The engine asked for; else the embedded one where it is there, and say so."""
    from stanlevels.engines import choose_engine
    from stanlevels.engines.choose import engines

    if asked is None:
        asked = "stanli" if engines()["stanli"].available() else "auto"
    if asked != "auto":  # what "auto" takes is said by the fit
        print(choose_engine(asked)[1], file=sys.stderr)
    return asked
