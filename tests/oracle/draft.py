"""A model under construction: its lines, its data, and the choices that shape it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import numpy as np
import pandas as pd

import stanlevels as sl

T = TypeVar("T")

AWKWARD = (
    *("class", "größe", "1a", "x.y", "end__", "N", "K_X", "lambda", "real", "is it?", "exp", "N_team"),
    *("mu_sigma", "k", "n", "target", "covariance_factor"),
)


class Choices(Protocol):
    """Where structural choices come from: a property-based strategy or a seeded generator."""

    def pick(self, options: Sequence[T]) -> T: ...

    def integer(self, low: int, high: int) -> int: ...


@dataclass(frozen=True)
class SeededChoices:
    """Choices by a generator, for programs that want the n-th model."""

    rng: np.random.Generator

    def pick(self, options: Sequence[T]) -> T:
        return options[int(self.rng.integers(len(options)))]

    def integer(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, high + 1))


@dataclass(frozen=True)
class Unit:
    """A level in the draft: its declaration, its units by row, and what it certainly determines."""

    name: str
    level: Any
    column: str
    rows: np.ndarray  # (n,) positions of units
    size: int
    above: tuple[str, ...] = ()


@dataclass
class Draft:
    """Grows line by line."""

    choose: Choices
    rng: np.random.Generator
    n: int = 20
    lines: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    effects: dict[str, Any] = field(default_factory=dict)  # a real-valued quantity by level
    overrides: dict[str, Any] = field(default_factory=dict)
    features: set[str] = field(default_factory=set)
    pending: list[str] = field(default_factory=list)  # names taken by lines that are being written

    def maybe(self, feature: str, one_in: int = 2) -> bool:
        """Whether to use a feature; noted where used."""
        if self.choose.integer(1, one_in) == one_in:
            self.features.add(feature)
            return True
        return False

    def pick(self, kind: str, options: Sequence[str] | Mapping[str, Any]) -> Any:
        """One of several named options; the choice is noted as a feature."""
        name = self.choose.pick(list(options))
        self.features.add(f"{kind}: {name}")
        return options[name] if isinstance(options, Mapping) else name

    def name(self, wanted: str) -> str:
        """A free name: the one wanted, or now and then an awkward one."""
        if self.choose.integer(1, 8) == 8:
            wanted = self.choose.pick(AWKWARD)
            self.features.add("awkward name")
        in_tables = [column for table in self.tables.values() for column in table]
        taken = {*self.lines, *self.columns, *self.pending, *in_tables}
        while wanted in taken:
            wanted += "2"
        return wanted

    def add(self, wanted: str, declaration: T) -> T:
        """Put a line into the model under a free name."""
        self.lines[self.name(wanted)] = declaration
        return declaration

    def column(self, wanted: str, values: Any) -> str:
        """Put a column into the data under a free name."""
        name = self.name(wanted)
        self.columns[name] = values
        return name

    def number(self, low: float, high: float) -> float:
        """A literal: mostly with two decimals, sometimes whole."""
        value = float(np.round(self.rng.uniform(low, high), 2))
        return float(np.ceil(value)) if self.choose.integer(1, 3) == 3 else value

    def frame(self) -> pd.DataFrame:
        return pd.DataFrame(self.columns)


def real_scalar(draft: Draft, name: str) -> Any:
    """A latent real number (or a constant)."""
    a, b = draft.number(-1, 1), draft.number(0.5, 3)
    options = {
        "Normal": lambda: sl.Normal(a, b),
        "StudentT": lambda: sl.StudentT(draft.number(2, 7), a, b),
        "Cauchy": lambda: sl.Cauchy(a, b),
        "Laplace": lambda: sl.Laplace(a, b),
        "Logistic": lambda: sl.Logistic(a, b),
        "Uniform": lambda: sl.Uniform(a - 4, a + 3.5 * b),
        "open": lambda: sl.Normal(),
        "Constant": lambda: sl.Constant(a),
    }
    return draft.add(name, draft.pick("real prior", options)())


def positive_scalar(draft: Draft, name: str) -> Any:
    """A latent positive number (or a constant)."""
    a, b = draft.number(0.6, 3), draft.number(0.5, 3)
    options = {
        "HalfNormal": lambda: sl.HalfNormal(b),
        "HalfCauchy": lambda: sl.HalfCauchy(b),
        "HalfStudentT": lambda: sl.HalfStudentT(3, b),
        "Gamma": lambda: sl.Gamma(a, b),
        "Gamma log": lambda: sl.Gamma(log=a - 1, shape=b),
        "InverseGamma": lambda: sl.InverseGamma(a, b),
        "Exponential": lambda: sl.Exponential(b),
        "LogNormal": lambda: sl.LogNormal(a - 1, b),
        "Weibull": lambda: sl.Weibull(a, b),
        "Uniform": lambda: sl.Uniform(0.0, 20 * b),
        "open": lambda: sl.HalfNormal(),
        "Constant": lambda: sl.Constant(b),
    }
    return draft.add(name, draft.pick("positive prior", options)())


def scale(draft: Draft, name: str, at: str | None = None) -> Any:
    """Something positive for a scale, perhaps one per unit of the level `at`."""
    options = ["scalar", "scalar", "number", "exp", "named"]
    if at in draft.units:
        options += ["per unit", "gamma per unit"]
    kind = draft.pick("scale", options)
    if kind == "number":
        return draft.number(0.5, 3)
    if kind == "scalar":
        return positive_scalar(draft, name)
    if kind == "exp":
        return sl.exp(real_scalar(draft, f"log_{name}") / 2)
    if kind == "named":
        return draft.add(name, 0.5 + sl.square(real_scalar(draft, f"root_{name}")))
    unit = draft.units[str(at)]
    if kind == "per unit":
        return sl.exp(draft.add(f"log_{name}", sl.Normal(draft.number(-1, 0), 0.5, over=unit.level)))
    return draft.add(name, sl.Gamma(2, 2.5, over=unit.level))
