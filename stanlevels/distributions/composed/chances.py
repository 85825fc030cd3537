"""Probabilities that a family made of another one has beside its arguments, as such or as log odds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.family import Parameter, Prior
from stanlevels.distributions.supports import REAL, UNIT

__all__ = ["Way", "chance"]

_SHARE = Prior("Beta", (1.0, 1.0), "a probability: every value is as likely")
_ODDS = Prior("Normal", (None, None), "log odds, about those that the data have")


@dataclass(frozen=True)
class Way:
    """How a probability is written.

    Attributes
    ----------
    parameter : Parameter
        The argument.
    suffix : str
        What keys and Stan's names end with; "" for a probability that is written as itself.
    logs : callable
        Of an argument: the log of the probability that it stands for, and of one less it.
    stan : tuple of (str, str)
        The same two in Stan, as a template takes them.
    """

    parameter: Parameter
    suffix: str
    logs: Callable[[Any], tuple[Any, Any]]
    stan: tuple[tuple[str, str], tuple[str, str]]


def chance(name: str, counts: Callable[[Array], tuple[Array, Array]]) -> tuple[Way, Way]:
    """The two ways to write a probability.

    Parameters
    ----------
    name : str
        Of the argument; that of its log odds is ``<name>_logit``.
    counts : callable
        In which outcomes what is probable happens, and which of them could show it.
    """
    share = Parameter(name, UNIT, "chance", prior=_SHARE, counts=counts)
    odds = Parameter(f"{name}_logit", REAL, "chance", prior=_ODDS, counts=counts)
    logs = (f"log_{name}", f"log_not_{name}")
    by_share = ((logs[0], f"log({name})"), (logs[1], f"log1m({name})"))
    by_odds = ((logs[0], f"log_inv_logit({name})"), (logs[1], f"log1m_inv_logit({name})"))
    return Way(share, "", _of_share, by_share), Way(odds, "logit", _of_odds, by_odds)


def _of_share(share: Any) -> tuple[Any, Any]:
    return np.log(share), np.log1p(-share)


def _of_odds(odds: Any) -> tuple[Any, Any]:
    return -np.logaddexp(0, -odds), -np.logaddexp(0, odds)
