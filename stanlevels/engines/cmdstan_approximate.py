"""Approximate posteriors by CmdStan: draws with their log density under the model and the approximation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.engines import messages
from stanlevels.engines.base import Approximation, Shapes
from stanlevels.engines.scratch import scratch
from stanlevels.engines.unflatten import complete, gather, variables_of
from stanlevels.errors import EngineError

__all__ = ["approximate"]

DIGITS = 12


# CmdStan's names of the two log densities, by method.
_DENSITIES = {
    "laplace": ("log_p__", "log_q__"),
    "pathfinder": ("lp__", "lp_approx__"),
    "advi": ("log_p__", "log_g__"),
}


def approximate(
    executable: Path, data: Path, shapes: Shapes, method: str, *, draws: int, seed: int
) -> Approximation:
    """Run CmdStan's Laplace approximation, Pathfinder, or automatic differentiation variational inference.

    Raises
    ------
    EngineError
        With CmdStan's own words, if it gives up.
    """
    import cmdstanpy

    with scratch() as folder, cmdstanpy.disable_logging():
        model = cmdstanpy.CmdStanModel(exe_file=str(executable))
        common: dict[str, Any] = {
            "data": str(data),
            "seed": seed,
            "sig_figs": DIGITS,
            "output_dir": str(folder),
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
    variables = complete(variables_of([names[k] for k in kept]), shapes)
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
