"""What sampling needs of a model on data: its program, and the plan that the program was written from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from stanlevels.engines import Shapes
from stanlevels.plan.facts import Data
from stanlevels.plan.planned import Planned
from stanlevels.plan.recording import needed
from stanlevels.program.program import Declared, Program
from stanlevels.program.stan import shape

__all__ = ["Posterior"]


@dataclass(frozen=True, eq=False)
class Posterior:
    """A Stan program with its data.

    Attributes
    ----------
    name : str
        The model's name.
    planned : Planned
    data : Data
        Rows and units, from which quantities are evaluated.
    program : Program
    text : str
        The program, rendered.
    sources : mapping of int to str
        The quantity that each line of the text (1-based) came from.
    stan_data : mapping of str to numbers
        What the program's data block reads.
    """

    name: str
    planned: Planned
    data: Data
    program: Program
    text: str
    sources: Mapping[int, str]
    stan_data: Mapping[str, Any]

    def variables(self, names: Collection[str]) -> tuple[str, ...]:
        """The Stan variables of whose draws those of the quantities `names` can be had."""
        wanted = needed(self.planned, names)
        return tuple(stan for name, stan in self.program.outputs.items() if name in wanted)

    @property
    def shapes(self) -> Shapes:
        """Dimensions of what a draw holds."""
        program, sizes = self.program, self.stan_data
        made = (*program.transformed_parameters, *program.generated_quantities)
        return Shapes(
            {parameter.name: parameter.shape(sizes) for parameter in program.parameters},
            {item.name: shape(item.type, sizes) for item in made if isinstance(item, Declared)},
        )
