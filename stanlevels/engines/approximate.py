"""Approximate posteriors by Stan: draws with their log density under the model and the approximation."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.engines import messages
from stanlevels.engines.base import Array
from stanlevels.engines.cmdstan import CmdStanProgram
from stanlevels.engines.columns import gather, variables_of
from stanlevels.engines.declared import complete
from stanlevels.engines.stanli import StanliProgram
from stanlevels.errors import EngineError

__all__ = ["Approximation", "approximate_by_cmdstan", "constrained"]

DIGITS = 12
_PIECE = 1000


@dataclass(frozen=True, eq=False)
class Approximation:
    """Draws from an approximation.

    Attributes
    ----------
    variables : mapping of arrays (draws, *dims)
        Under Stan's names.
    log_p, log_q : ndarray, (draws,)
        Log density under the model and under the approximation, on the unconstrained scale, each up
        to a constant.
    """

    variables: dict[str, Array]
    log_p: Array
    log_q: Array


def constrained(program: StanliProgram, points: Array) -> dict[str, Array]:
    """Everything a draw holds, at unconstrained points (draws, n).

    The interpreter has no function for this: a chain of one step of length 0 that starts at the
    point gives it back.
    """
    parts = []
    for first in range(0, len(points), _PIECE):
        piece = np.ascontiguousarray(points[first : first + _PIECE])
        found = program.echo(piece)
        parts.append(found)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]} if parts else {}


# CmdStan's names of the two log densities, by method.
_DENSITIES = {
    "laplace": ("log_p__", "log_q__"),
    "pathfinder": ("lp__", "lp_approx__"),
    "advi": ("log_p__", "log_g__"),
}


def approximate_by_cmdstan(program: CmdStanProgram, method: str, *, draws: int, seed: int) -> Approximation:
    """Run CmdStan's Laplace approximation, Pathfinder, or automatic differentiation variational inference.

    Raises
    ------
    EngineError
        With CmdStan's own words, if it gives up.
    """
    import cmdstanpy

    with tempfile.TemporaryDirectory(prefix="stanlevels-") as folder, cmdstanpy.disable_logging():
        model = cmdstanpy.CmdStanModel(exe_file=str(program.executable))
        common: dict[str, Any] = {
            "data": str(program.data_file),
            "seed": seed,
            "sig_figs": DIGITS,
            "output_dir": folder,
        }
        try:
            names, table = _run(model, method, draws, common)
        except (RuntimeError, ValueError) as error:
            raise EngineError(
                f"CmdStan's {method} did not succeed: {messages.spoken(str(error))}",
                way_out="use method='nuts'",
            ) from None
    p, q = (table[:, names.index(name)] for name in _DENSITIES[method])
    kept = [k for k, name in enumerate(names) if not name.endswith("__")]
    variables = complete(variables_of([names[k] for k in kept]), *program.text_and_data)
    return Approximation(gather(variables, table[:, kept]), p, q)


def _run(model: Any, method: str, draws: int, common: dict[str, Any]) -> tuple[list[str], Array]:
    if method == "laplace":
        found = model.laplace_sample(draws=draws, jacobian=True, **common)
        return list(found.column_names), np.asarray(found.draws())
    if method == "pathfinder":
        found = model.pathfinder(draws=draws, psis_resample=False, calculate_lp=True, **common)
        return list(found.column_names), np.asarray(found.draws())
    found = model.variational(algorithm="fullrank", draws=draws, require_converged=False, **common)
    return list(found.column_names), np.asarray(found.variational_sample)
