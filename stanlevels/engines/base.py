"""What an engine is, and what goes in and comes out of it.

An engine takes a Stan program as text with its data and gives draws, densities, and modes. It knows
nothing of levels or models. Three engines keep this contract: the embedded interpreter
(`stanlevels.engines.stanli`), CmdStan (`stanlevels.engines.cmdstan`), and nutpie's sampler over the first
one's gradients (`stanlevels.engines.nutpie`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Integral, Real
from typing import Any, Protocol

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import EngineError

__all__ = [
    "Approximation",
    "ChainFailure",
    "Data",
    "Engine",
    "Inits",
    "Mode",
    "Prepared",
    "RawDraws",
    "Settings",
    "Shapes",
    "UNSAID",
]

Data = Mapping[str, Any]
Inits = float | Mapping[str, Any] | Sequence[Mapping[str, Any]] | None

_MOST = 2**31 - 2
"""Iterations are counted by what C++ calls an int."""

_METRICS = ("diag_e", "dense_e", "unit_e", "low_rank")


@dataclass(frozen=True, eq=False)
class Settings:
    """How to sample.

    Parameters
    ----------
    chains, warmup, draws : int
        Numbers of chains, of warm-up iterations, and of kept draws per chain.
    seed : int
        Between 0 and 2**32 - 1. What a chain gets is derived from it and from the chain's number alone.
    target_accept, max_depth : float, int
        Stan's `adapt_delta` and `max_treedepth`.
    inits : None, float, mapping, or sequence of mappings
        Radius of uniform starting points on the unconstrained scale (None: Stan's 2), or constrained values
        of every parameter, shared by the chains or one mapping per chain.
    parallel : int, optional
        How many chains run at once; by default as many as there are processors.
    progress : bool
        Whether to show a progress bar on the standard error stream.
    metric : {"diag_e", "dense_e", "unit_e", "low_rank"}
        Form of the mass matrix; the last one of nutpie alone.
    inverse_metric : array, optional
        Starting inverse mass matrix: (n,) or (n, n), with a leading axis of chains if they differ.
    step_size : float, optional
        Starting step size. With `warmup=0` it is used exactly, without any adaptation.
    save_warmup : bool
        Whether warm-up draws come back too, apart from the others.
    keep : tuple of str, optional
        The Stan variables whose draws are kept; by default all.

    Raises
    ------
    EngineError
        If a number is out of its range.
    """

    chains: int = 4
    warmup: int = 1000
    draws: int = 1000
    seed: int = 1
    target_accept: float = 0.8
    max_depth: int = 10
    inits: Inits = None
    parallel: int | None = None
    progress: bool = True
    metric: str = "diag_e"
    inverse_metric: Array | None = None
    step_size: float | None = None
    save_warmup: bool = False
    keep: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        self._check_types()
        _require("chains", self.chains, self.chains >= 1, "at least 1")
        _require("warmup", self.warmup, self.warmup >= 0, "at least 0")
        _require("draws", self.draws, self.draws >= 1, "at least 1")
        for name in ("chains", "warmup", "draws", "max_depth"):
            _require(name, getattr(self, name), getattr(self, name) <= _MOST, f"at most {_MOST:,}")
        _require("seed", self.seed, 0 <= self.seed < 2**32, "between 0 and 2**32 - 1")
        _require("target_accept", self.target_accept, 0 < self.target_accept < 1, "between 0 and 1")
        _require("max_depth", self.max_depth, self.max_depth >= 1, "at least 1")
        _require("metric", self.metric, self.metric in _METRICS, f"one of {', '.join(_METRICS)}")
        if self.parallel is not None:
            _require("parallel", self.parallel, self.parallel >= 1, "at least 1")
        if self.step_size is not None:
            _require("step_size", self.step_size, 0 < self.step_size < np.inf, "positive and finite")
        words = "a number (a radius around 0), a mapping, or one mapping per chain"
        starts = self.inits is None or isinstance(self.inits, Real | Mapping | Sequence)
        _require("inits", self.inits, starts and not isinstance(self.inits, str), words)
        if isinstance(self.inits, Sequence):
            mappings = all(isinstance(start, Mapping) for start in self.inits)
            _require("inits", self.inits, mappings, words)
            _require("inits", len(self.inits), len(self.inits) == self.chains, "one mapping per chain")
        if self.metric == "unit_e" and self.inverse_metric is not None:
            raise EngineError("metric='unit_e' takes no inverse metric", way_out="use metric='diag_e'")

    def _check_types(self) -> None:
        """Whole numbers and numbers, where the comparisons that follow need them."""
        for name in ("chains", "warmup", "draws", "seed", "max_depth", "parallel"):
            value = getattr(self, name)
            absent = name == "parallel" and value is None
            _require(name, value, absent or _is_whole(value), "a whole number")
        for name in ("target_accept", "step_size"):
            value = getattr(self, name)
            absent = name == "step_size" and value is None
            _require(name, value, absent or isinstance(value, Real), "a number")

    @property
    def adapts(self) -> bool:
        """Whether step size and metric are adapted; a step size given without warm-up is used as it is."""
        return self.warmup > 0 or self.step_size is None

    @property
    def stored(self) -> int:
        """Rows that a chain writes."""
        return self.draws + (self.warmup if self.save_warmup else 0)


def _is_whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _require(name: str, value: object, holds: bool, expected: str) -> None:
    if not holds:
        raise EngineError(f"the setting {name} is {value!r}", expected=expected)


@dataclass(frozen=True)
class ChainFailure:
    """A chain (1-based) that gave no draws, why, in words, and what can be done."""

    chain: int
    message: str
    way_out: str = ""


@dataclass(frozen=True, eq=False)
class RawDraws:
    """Draws under Stan's names, chains that failed left out.

    Attributes
    ----------
    variables : mapping of arrays, each (chains, draws, *dims)
        Parameters, transformed parameters, and generated quantities, in the order of declaration: those
        that the settings keep.
    stats : mapping of arrays, each (chains, draws)
        Under ArviZ's names: lp, acceptance_rate, step_size, tree_depth, n_steps, diverging, energy.
    chains : tuple of int
        1-based numbers of the chains that finished: the first axis of every array.
    failures : tuple of ChainFailure
        The others.
    seconds : mapping of arrays, each (chains,)
        Under "build", "warmup", "sampling".
    step_size : array (chains,)
        Step size after warm-up.
    inverse_metric : array (chains, n) or (chains, n, n), or None for metric="unit_e"
        Inverse metric after warm-up.
    warmup_variables, warmup_stats : mappings of arrays
        As `variables` and `stats`, for the warm-up; empty unless it was saved.
    interrupted : bool
        Whether a person stopped the run before all chains were done.
    """

    variables: Mapping[str, Array]
    stats: Mapping[str, Array]
    chains: tuple[int, ...]
    failures: tuple[ChainFailure, ...]
    engine: str
    versions: Mapping[str, str]
    seed: int
    seconds: Mapping[str, Array]
    step_size: Array
    inverse_metric: Array | None
    interrupted: bool = False
    warmup_variables: Mapping[str, Array] = field(default_factory=dict)
    warmup_stats: Mapping[str, Array] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Mode:
    """A posterior mode on the unconstrained scale, Jacobian included.

    Attributes
    ----------
    values : mapping of arrays (*dims)
        Everything a draw holds, at the mode.
    unconstrained : array (n,)
    log_density : float
    """

    values: Mapping[str, Array]
    unconstrained: Array
    log_density: float


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

    variables: Mapping[str, Array]
    log_p: Array
    log_q: Array


@dataclass(frozen=True)
class Shapes:
    """Dimensions of what a draw holds, by Stan name, in the order of declaration.

    The output of an engine does not mention what has length 0: it is there where shapes are handed in.

    Attributes
    ----------
    parameters : mapping
    computed : mapping
        Of transformed parameters and generated quantities.
    """

    parameters: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    computed: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def drawn(self) -> Mapping[str, tuple[int, ...]]:
        """Everything that a draw holds."""
        return {**self.parameters, **self.computed}


UNSAID = Shapes()
"""No shapes: what has length 0 stays out of the draws."""


class Prepared(Protocol):
    """A program with its data, ready to run."""

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Stan variables of a draw, in order, with their dimensions."""

    @property
    def n_unconstrained(self) -> int:
        """Length of an unconstrained point."""

    def log_density(self, q: Array) -> tuple[float, Array]:
        """Log density with Jacobian, and gradient (n,), at an unconstrained point (n,).

        Where a distribution refuses its arguments the density is -inf and the gradient NaN.
        """

    def unconstrain(self, values: Mapping[str, Any]) -> Array:
        """Unconstrained point (n,) of constrained values of every parameter.

        Raises
        ------
        DataError
            If a parameter is missing, unknown, of the wrong shape, or outside its support.
        """

    def sample(self, settings: Settings) -> RawDraws:
        """Draws.

        Raises
        ------
        InitializationError
            If no chain found a start with a finite log density.
        EngineError
            If every chain failed otherwise.
        KeyboardInterrupt
            If a person stopped the run before any chain was done.
        """

    def optimize(self, *, seed: int = 1, init: Mapping[str, Any] | None = None) -> Mode:
        """Posterior mode on the unconstrained scale."""

    def approximate(self, method: str, *, draws: int, seed: int) -> Approximation:
        """Draws from "laplace", "pathfinder" or "advi".

        Raises
        ------
        EngineMissing
            If this engine does not have the method.
        EngineError, FitError
            If it gives up.
        """


class Engine(Protocol):
    """A way to run Stan programs."""

    @property
    def name(self) -> str:
        """The name by which `get_engine` knows it."""

    def version(self) -> str:
        """Version, in words.

        Raises
        ------
        EngineMissing
            If it is not available.
        """

    def why_not(self) -> str:
        """Why it cannot be used here; empty if it can."""

    def available(self) -> bool:
        """Whether it can be used here."""

    def prepare(self, code: str, data: Data, *, name: str = "model", shapes: Shapes = UNSAID) -> Prepared:
        """Program with data; `shapes` are those of what it declares, for what has length 0.

        Raises
        ------
        EngineMissing
            If the engine is not available.
        CompileError
            If Stan refuses the program; `line` says where.
        DataError
            If data cannot be handed to Stan.
        """
