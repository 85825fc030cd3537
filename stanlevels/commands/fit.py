"""`stanlevels fit`: fit a model that a file declares, save and report it, print its summary."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stanlevels.commands.asked import (
    add_data,
    add_model,
    check_writable,
    given_roles,
    given_rows,
    given_tables,
    model_of,
)
from stanlevels.commands.log import Log, add_log
from stanlevels.estimation.settings import SETTINGS

if TYPE_CHECKING:
    from stanlevels.results.fit import Fit
    from stanlevels.results.point_fit import PointFit

__all__ = ["DOUBTFUL", "add_arguments", "run"]

DOUBTFUL = 3
"""Exit status of a fit that did not pass its checks, where `--strict` asked for it."""

_SETTINGS = ("engine", "chains", "warmup", "draws", "seed", "target_accept", "nAGQ", "priors")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fit`."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = (
        "exit status: 0; 1 after an error; 2 for arguments that cannot be read; 3 with --strict, where the\n"
        "fit did not pass its checks: it is then saved beside --out, as fit.doubtful.zip (and\n"
        "reported beside --report), and what these held before stays."
    )
    add_model(parser)
    add_data(parser)
    parser.add_argument("--out", metavar="fit.zip", help="where the fit is saved")
    parser.add_argument("--rows", action="store_true", help="save the rows of the data with it")
    parser.add_argument("--report", metavar="report.html", help="where a page about the fit is written")
    parser.add_argument("--method", choices=tuple(SETTINGS), default="nuts", help="default nuts")
    parser.add_argument("--engine", help="auto, stanli, cmdstan or nutpie")
    parser.add_argument("--chains", type=int, help="number of chains (default 4)")
    parser.add_argument("--warmup", type=int, help="iterations of adaptation (default: the planner decides)")
    parser.add_argument("--draws", type=int, help="kept draws per chain (default 1000)")
    parser.add_argument("--seed", type=int, help="seed of the draws (default: a new one, which is recorded)")
    parser.add_argument("--target-accept", type=float, help="acceptance that the sampler aims at")
    parser.add_argument("--nAGQ", type=int, help="of mle: quadrature points")
    parser.add_argument("--priors", action="store_true", default=None, help="of mle: penalise by priors")
    parser.add_argument("--start", metavar="last.zip", help="a saved fit of the same model to begin from")
    parser.add_argument("--strict", action="store_true", help="exit status 3 where the fit is doubtful")
    add_log(parser)


def run(args: argparse.Namespace) -> int:
    """Fit, save, and print."""
    log = Log(args.log)
    with log.complaints() as failed:
        return _run(args, log)
    return failed[0]


def _run(args: argparse.Namespace, log: Log) -> int:
    began = time.perf_counter()
    check_writable(args.out)
    check_writable(args.report)
    model = model_of(args.model)
    log.event("started", model=model.__name__, method=args.method, data=args.data)
    settings = {name: value for name in _SETTINGS if (value := getattr(args, name)) is not None}
    if args.start is not None:
        from stanlevels.results.keep.load import load

        settings["start"] = load(args.start)
        log.event("loaded", path=args.start)
    fit: Fit | PointFit
    with given_rows(args.data) as data:
        fit = model.fit(
            data,
            method=args.method,
            tables=given_tables(args),
            missing=args.missing,
            roles=given_roles(args),
            progress=log.progress,
            **settings,
        )
    ok, words = _judged(fit)
    _tell(fit, log, ok, words, time.perf_counter() - began)
    good = ok or not args.strict
    if args.out is not None:
        path = _beside(args.out, good)
        size = fit.save(path, rows=args.rows).stat().st_size
        log.event("saved", f"saved: {path} ({_bytes(size)})", path=str(path), bytes=size)
    if args.report is not None:
        page = fit.report(_beside(args.report, good))
        log.event("reported", f"report: {page}", path=str(page))
    print(fit.summary())
    log.event("finished", status=0 if good else DOUBTFUL, seconds=round(time.perf_counter() - began, 3))
    return 0 if good else DOUBTFUL


def _beside(path: str, good: bool) -> Path:
    """Where a file goes: a doubtful one beside what is there, as fit.doubtful.zip."""
    found = Path(path)
    return found if good else found.with_suffix(f".doubtful{found.suffix}")


def _judged(fit: Any) -> tuple[bool, str]:
    """Whether a fit passed its checks, and the sentence that says so; of estimates there is none."""
    if not hasattr(fit, "diagnose"):
        return True, ""
    found = fit.diagnose()
    return found.ok, found.sentence


def _tell(fit: Any, log: Log, ok: bool, words: str, seconds: float) -> None:
    levels = {name: level.size for name, level in fit.bound.levels.items()}
    facts: dict[str, Any] = {"rows": fit.bound.n_rows, "units": levels, "seconds": round(seconds, 3)}
    if words:
        facts |= {"passed": ok, "message": words, "seed": fit.raw.seed, "engine": fit.raw.engine}
    log.event("fitted", **facts)
    for note in fit.notes:
        log.event("note", message=note)


def _bytes(size: int) -> str:
    """A size as people say it.

    Examples
    --------
    >>> _bytes(900), _bytes(81_224), _bytes(3_450_000)
    ('900 bytes', '81 kB', '3.5 MB')
    """
    if size < 1_000:
        return f"{size} bytes"
    return f"{size / 1e3:.0f} kB" if size < 1e6 else f"{size / 1e6:.1f} MB"
