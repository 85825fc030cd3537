"""CmdStan's smaller methods, run directly: densities and changes of scale, which cmdstanpy does not offer."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from stanlevels.arrays import Array
from stanlevels.engines.chain import STATS
from stanlevels.engines.cmdstan_chain import DIGITS
from stanlevels.engines.cmdstan_csv import read_csv
from stanlevels.engines.disk import writing
from stanlevels.engines.messages import data_error, spoken
from stanlevels.engines.scratch import scratch
from stanlevels.errors import EngineError

__all__ = ["columns", "log_density", "probe", "unconstrained"]

_REFUSED = "Error during log_prob calculation"
_LENGTH = re.compile(r"Model has (\d+) parameters")
_STILL = "1e-300"
"""A step size by which no number but 0 moves."""


def log_density(executable: Path, data: Path, q: Array) -> tuple[float, Array]:
    """Log density with Jacobian, and gradient (n,), at an unconstrained point (n,).

    A point that a distribution refuses has density -inf and gradient NaN.
    """
    with scratch() as folder:
        with writing("a point", folder):
            (folder / "point.json").write_text(json.dumps({"params_r": q.tolist()}), encoding="utf-8")
        arguments = ["log_prob", f"unconstrained_params={folder / 'point.json'}", "jacobian=1"]
        try:
            _, table = _run(executable, arguments, data, folder)
        except EngineError as error:
            if _REFUSED in error.found:
                return -np.inf, np.full(q.shape, np.nan)
            raise
    return float(table[0, 0]), table[0, 1:]


def probe(executable: Path, data: Path) -> int:
    """Length of an unconstrained point, asked for by offering points of length 1.

    Raises
    ------
    DataError
        If Stan refuses the data, which it reads first.
    """
    with scratch() as folder:
        point = folder / "point.json"
        with writing("a point", folder):
            point.write_text(json.dumps({"params_r": [[0.0], [0.0]]}), encoding="utf-8")
        try:
            names, _ = _run(executable, ["log_prob", f"unconstrained_params={point}"], data, folder)
        except EngineError as error:
            if match := _LENGTH.search(error.found):
                return int(match[1])
            raise data_error(error.found.partition("\n")[2]) from None
    return len(names) - 1


def unconstrained(executable: Path, data: Path, init: str, seed: int = 1) -> Array:
    """The unconstrained form (n,) of a start: a file of constrained values, or a radius.

    CmdStan writes unconstrained values to its diagnostic file: a single step of no length writes those of
    the start.

    Raises
    ------
    EngineError
        If it is no start, as where a value is outside its support or the density is zero.
    """
    with scratch() as folder:
        arguments = [
            *("sample", "num_samples=1", "num_warmup=0", "algorithm=hmc", "engine=nuts", "max_depth=1"),
            *("metric=unit_e", f"stepsize={_STILL}", "adapt", "engaged=0"),
            *("random", f"seed={seed}", f"init={init}"),
        ]
        diagnostic = folder / "diagnostic.csv"
        _run(executable, arguments, data, folder, [f"diagnostic_file={diagnostic}"])
        names, table = read_csv(diagnostic)
    n = (len(names) - len(STATS)) // 3
    point = table[0, len(STATS) : len(STATS) + n]
    point[np.abs(point) < 1e-200] = 0.0
    return point


def columns(executable: Path, data: Path) -> tuple[str, ...]:
    """Names of the columns of a draw, from a run of one iteration that does not move."""
    with scratch() as folder:
        arguments = ["sample", "num_samples=1", "num_warmup=0", "algorithm=fixed_param", "random", "seed=1"]
        names, _ = _run(executable, arguments, data, folder)
    return tuple(name for name in names if name not in STATS)


def _run(
    executable: Path, arguments: Sequence[str], data: Path, folder: Path, extra: Sequence[str] = ()
) -> tuple[tuple[str, ...], Array]:
    output = folder / "output.csv"
    command = [
        *(str(executable), *arguments, "data", f"file={data}"),
        *("output", f"file={output}", f"sig_figs={DIGITS}", "refresh=0", *extra),
    ]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", check=False, stdin=subprocess.DEVNULL
        )
    except OSError as error:
        raise EngineError(
            f"the compiled program cannot be run: {error}",
            way_out="name a folder from which programs may be run in the variable STANLEVELS_CACHE",
        ) from error
    if done.returncode != 0:
        raise EngineError(f"CmdStan's method {arguments[0]} failed:\n{_words(done)}")
    return read_csv(output)


def _words(done: subprocess.CompletedProcess[str]) -> str:
    """What a process said; where it said nothing, how it ended."""
    said = spoken(done.stdout + done.stderr)
    return said if said or done.returncode > 0 else f"ended by {signal.Signals(-done.returncode).name}"
