"""What passes rewrite: the planned model, line by line, with a record of every decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from stanlevels.graph import Graph, Quantity, VariableNode
from stanlevels.passes.terms import Domain, Term


@dataclass(frozen=True)
class Record:
    """A decision, in words.

    `subject` is the quantity or level, `step` the pass or room that decided, `decision` what was
    done, `reason` why, and `instead` how to have it otherwise.
    """

    subject: str
    step: str
    decision: str
    reason: str = ""
    instead: str = ""


@dataclass(frozen=True)
class Line:
    """One quantity, with its place and its arguments.

    Parameters
    ----------
    node : Quantity
        As declared.
    domain : Domain
        Its units.
    components : tuple of str
        Its component axes: an index, covariates, or the quantity's own name where the components
        have no axis of their own.
    args : mapping of str to Term
        Arguments by name; a named expression has one called "value".
    centered : bool or None
        The chosen form of a location-scale random variable; None where there is nothing to choose.
    """

    node: Quantity
    domain: Domain
    components: tuple[str, ...] = ()
    args: Mapping[str, Term] = field(default_factory=dict)
    centered: bool | None = None

    @property
    def name(self) -> str:
        """The quantity's name."""
        return self.node.name

    @property
    def variable(self) -> VariableNode:
        """The node of a line with a distribution."""
        assert isinstance(self.node, VariableNode)
        return self.node


@dataclass(frozen=True)
class Information:
    """What a pilot look at the data says of one random variable.

    `effect_sd` and `residual_sd` are moment estimates; `median_lambda` is the median over units of
    lambda_j = effect_sd^2 I_j with I_j the information of the unit's data; `units` their number.
    """

    effect_sd: float
    residual_sd: float
    median_lambda: float
    units: int


class Facts(Protocol):
    """What passes may ask of bound data (see `stanlevels.binding.Bound`)."""

    def determines(self, domain: Domain, target: Domain) -> bool:
        """Whether each unit of `domain` has one unit of `target`."""
        ...

    def codes(self, domain: Domain, target: Domain) -> Any:
        """The unit of `target` of each unit of `domain`; NestingError where there is not one."""
        ...

    def covariate_labels(self, name: str) -> tuple[str, ...]:
        """The columns of a set of covariates."""
        ...


@dataclass(frozen=True)
class Planned:
    """A model whose every line has its place; `axes` are the labels of the component axes.

    `roles` are those that were chosen for this fit: "parameter" or "random", by quantity.
    """

    graph: Graph
    lines: Mapping[str, Line] = field(default_factory=dict)
    axes: Mapping[str, tuple[str | int, ...]] = field(default_factory=dict)
    records: tuple[Record, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)

    def noting(self, *records: Record) -> Planned:
        """The same with more records."""
        return replace(self, records=(*self.records, *records))

    def with_lines(self, lines: Mapping[str, Line]) -> Planned:
        """The same with some lines replaced."""
        return replace(self, lines={**self.lines, **lines})

    @property
    def latent(self) -> dict[str, Line]:
        """Lines with a distribution and no data."""
        return {n: line for n, line in self.lines.items() if n in self.graph.latent}

    @property
    def observed(self) -> dict[str, Line]:
        """Lines with data."""
        return {n: line for n, line in self.lines.items() if n in self.graph.observed}


@dataclass(frozen=True)
class Scales:
    """What default priors take from the data, for one line with data.

    `center` and `spread` are on the scale of the location argument (after the link).
    """

    center: float
    spread: float
    words: str


@dataclass(frozen=True)
class Context:
    """What the data say, for passes to ask.

    Parameters
    ----------
    facts : Facts
        Nesting and labels.
    scales : callable
        The scales of a line with data, by its name.
    spread : callable
        The standard deviation of a covariate (or of each of a set of covariates) at a domain.
    pilot : callable
        Moment estimates for every random variable of a nested model.
    centered, places : mapping
        Forms of random variables and domains of named expressions that another plan decided.
    """

    facts: Facts
    scales: Callable[[str], Scales]
    spread: Callable[[Domain, str], tuple[float, ...]]
    pilot: Callable[[Planned], Mapping[str, Information]]
    centered: Mapping[str, bool] = field(default_factory=dict)
    places: Mapping[str, Domain] = field(default_factory=dict)
