"""What passes may ask of bound data (see `stanlevels.binding.Bound`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from stanlevels.graph import Graph
from stanlevels.plan.terms import Domain

__all__ = ["Data", "Facts"]


class Data(Protocol):
    """What an evaluation needs of rows and units: those that were fitted, or others."""

    def size(self, domain: Domain) -> int:
        """Number of units of a domain."""
        ...

    def codes(self, domain: Domain, target: Domain) -> Any:
        """The unit of `target` of each unit of `domain`; NestingError where there is not one."""
        ...

    def column(self, domain: Domain, name: str) -> Any:
        """A covariate (units,) at a domain."""
        ...

    def matrix(self, domain: Domain, covariates: str) -> Any:
        """A set of covariates (units, columns) at a domain."""
        ...

    def outcome(self, name: str) -> Any:
        """Observed values of a line."""
        ...

    def geometry(self, name: str) -> Any:
        """What the structure of a line needs to know of its units."""
        ...


class Facts(Data, Protocol):
    """Nesting, labels and weights besides."""

    @property
    def graph(self) -> Graph:
        """The declared model."""
        ...

    @property
    def levels(self) -> Mapping[str, Any]:
        """Units of every level, by name."""
        ...

    @property
    def as_known(self) -> Graph | None:
        """The model as it would be if missing outcomes were known, where some are missing."""
        ...

    def determines(self, domain: Domain, target: Domain) -> bool:
        """Whether each unit of `domain` has one unit of `target`."""
        ...

    def covariate_labels(self, name: str) -> tuple[str, ...]:
        """The columns of a set of covariates."""
        ...

    def covariate_meanings(self, covariates: str) -> tuple[tuple[str, str], ...]:
        """The columns of a set of covariates, each with the category that it is held against."""
        ...

    def waves(self, covariates: str) -> tuple[Any, ...]:
        """The waves along each coordinate, where a set of covariates is of their products; else ()."""
        ...

    def weights(self, name: str) -> Any:
        """Frequency weights of an observed line, None where it has none."""
        ...

    def outcome_labels(self, name: str) -> tuple[Any, ...] | None:
        """Labels of the categories of an outcome; None where it is none of several."""
        ...
