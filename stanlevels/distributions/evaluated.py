"""Operators and functions of the language in NumPy and SciPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["OPERATORS", "functions"]

Array = np.ndarray[Any, Any]

OPERATORS: dict[str, Callable[..., Array]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "**": np.power,
    "neg": np.negative,
}


def functions() -> dict[str, Callable[[Array], Array]]:
    """The language's functions (`stanlevels.distributions.functions`) as NumPy functions."""
    from scipy import special

    return {
        "exp": np.exp,
        "expm1": np.expm1,
        "log": np.log,
        "log1p": np.log1p,
        "sqrt": np.sqrt,
        "square": np.square,
        "abs": np.abs,
        "logit": special.logit,
        "inv_logit": special.expit,
        "Phi": special.ndtr,
        "inv_cloglog": lambda x: -np.expm1(-np.exp(x)),
        "tanh": np.tanh,
        "sin": np.sin,
        "cos": np.cos,
    }
