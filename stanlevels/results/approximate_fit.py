"""A fit whose draws come from an approximation, and which says so."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from stanlevels.results.checks.findings import Diagnosis, Finding
from stanlevels.results.fit import Fit

if TYPE_CHECKING:
    from stanlevels.results.arviz.groups import Groups

__all__ = ["ApproximateFit"]

_GOOD = 0.7  # Vehtari, Simpson, Gelman, Yao and Gabry (2024)


@dataclass(frozen=True, eq=False, repr=False)
class ApproximateFit(Fit):
    """Draws from an approximation to the posterior.

    Attributes
    ----------
    method : str
        "laplace", "pathfinder" or "advi".
    words : str
        The method in words.
    pareto_k : float
        Shape of the tail of the importance ratios: below 0.7 the approximation is usable.
    """

    method: str = "laplace"
    words: str = ""
    pareto_k: float = float("inf")

    @cached_property
    def idata(self) -> Groups:
        """As of any fit, with the method and its Pareto k-hat among the attributes."""
        found: Groups = super().idata
        label = {"approximation": self.method, "pareto_k": self.pareto_k}
        found.attrs.update(label)
        found.posterior.attrs.update(label)
        return found

    @cached_property
    def _diagnosis(self) -> Diagnosis:
        measured = f"Pareto k-hat {self.pareto_k:.2f} (below {_GOOD} is good)"
        return Diagnosis(tuple(self._findings()), measured)

    def _findings(self) -> list[Finding]:
        found = []
        if not self.pareto_k < _GOOD:
            found.append(
                Finding(
                    "pareto_k",
                    (),
                    f"Pareto k-hat is {self.pareto_k:.2f}",
                    f"{self.words} is far from the posterior: its importance ratios have a tail of shape"
                    f" {self.pareto_k:.2f}, and above {_GOOD} no reweighting corrects it",
                    "use method='nuts'; take these draws for starting values at most",
                )
            )
        found.append(
            Finding(
                "approximate",
                (),
                "these draws are approximate",
                f"they come from {self.words}, not from the posterior itself",
                serious=False,
            )
        )
        return found

    @property
    def _headline(self) -> str:
        return f"Approximate fit ({self.words}): " + super()._headline.removeprefix("Fit of ")
