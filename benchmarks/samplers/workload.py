"""What a workload is: data, a model with its priors written out, and what it is to be measured against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

import stanlevels as sl

__all__ = ["Floor", "Iterations", "Workload", "factors"]


@dataclass(frozen=True)
class Iterations:
    """Chains, and draws kept of each after a warm-up.

    The planned program is given no length of warm-up: that is a decision of its plan. All other programs
    get `warmup` iterations.
    """

    chains: int = 4
    warmup: int = 1000
    draws: int = 1000

    @property
    def text(self) -> str:
        """Chains x (warm-up + draws)."""
        return f"{self.chains} x ({self.warmup} + {self.draws})"


@dataclass(frozen=True)
class Floor:
    """What is to be reached.

    Attributes
    ----------
    literal, peers : float or None
        Ratios: of min ESS per second to the literal program's, and to the peers'.
    seconds : float or None
        From data frame to InferenceData, with R-hat at most `r_hat`.
    """

    literal: float | None = None
    peers: float | None = None
    seconds: float | None = None
    r_hat: float = 1.01


@dataclass(frozen=True)
class Workload:
    """A model with its data.

    Attributes
    ----------
    name, title : str
        For the command line, and for tables.
    model : subclass of stanlevels.Model
    data : callable
        Gives what `bind` takes; at a size that is tried quickly where it is told `small=True`.
    floor : Floor
    iterations : Iterations
        Of the planned program, and of the others unless `literal` says less.
    literal : Iterations, optional
        Of the literal program where as many as the planned program's would take hours.
    by_cells : bool
        Whether the literal program's time is estimated: the same program on cells takes the same steps,
        and each costs it as many times as long as a gradient of the rows takes longer.
    formula : str
        The model as Bambi declares it; empty where Bambi cannot.
    family : str
        Bambi's name of the outcome's distribution.
    priors : mapping
        The priors under Bambi's names: ``{"year": ("Normal", 0, 1)}``; of group-specific terms the
        standard deviation's: ``{"1|school": ("HalfNormal", 1)}``.
    peers : bool
        Whether peers are run: their scripts read the data as a table.
    simulated : str
        What was simulated, for the page; empty for public data.
    """

    name: str
    title: str
    model: type[sl.Model]
    data: Callable[..., Any]
    floor: Floor = Floor()
    iterations: Iterations = Iterations()
    literal: Iterations | None = None
    by_cells: bool = False
    formula: str = ""
    family: str = "gaussian"
    priors: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    peers: bool = True
    simulated: str = ""

    @property
    def of_literal(self) -> Iterations:
        """Iterations of the literal program."""
        return self.literal or self.iterations


def factors(frame: pd.DataFrame, *names: str) -> pd.DataFrame:
    """A frame in which some columns are labels: text, so that no tool takes them for numbers."""
    return frame.assign(**{name: frame[name].astype(str) for name in names})
