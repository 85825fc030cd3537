"""Draws by quantity: every quantity of a model as an array over chains, draws, units and components."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import InternalError
from stanlevels.graph import VariableNode
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import uses
from stanlevels.values.mixing import Mixing, mixing
from stanlevels.values.outputs import Output

if TYPE_CHECKING:
    from stanlevels.binding import Bound

__all__ = ["Array", "Draws", "flat_shape"]

Array = NDArray[Any]
_ALL = slice(None)


@dataclass(frozen=True, eq=False)
class Draws:
    """What a program's draws say of every quantity.

    Attributes
    ----------
    bound : Bound
        The data.
    planned : Planned
        The model, every line with its place.
    outputs : mapping of str to Output
        The recorded quantities, by name.
    variables : mapping of str to ndarray, (chains, draws, [units], [components])
        The draws under Stan's names.
    """

    bound: Bound
    planned: Planned
    outputs: Mapping[str, Output]
    variables: Mapping[str, Array]

    def __post_init__(self) -> None:
        for output in self.outputs.values():
            self._check(output)

    def _check(self, output: Output) -> None:
        """Row counts and shapes are checked, never assumed."""
        expected = flat_shape(output, self.bound, self.planned)
        found = self.variables.get(output.stan)
        if found is None or found.shape[:2] != self.shape or found.shape[2:] != expected:
            raise InternalError(
                f"the draws of {output.name!r} (Stan: {output.stan}) "
                + ("are absent" if found is None else f"have shape {found.shape}"),
                expected=f"shape {(*self.shape, *expected)}: chains, draws, units, components",
            )

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of chains and of draws per chain."""
        for values in self.variables.values():
            return values.shape[0], values.shape[1]
        return 0, 0

    def window(self, draws: slice) -> Draws:
        """The same with some of the draws of every chain."""
        return replace(self, variables={name: values[:, draws] for name, values in self.variables.items()})

    def line(self, name: str) -> Line:
        """The line that declares `name`."""
        return self.planned.lines[name]

    def value(self, name: str, units: slice = _ALL) -> Array:
        """A quantity at its own domain.

        Parameters
        ----------
        name : str
            A recorded quantity, a named expression, a constant, or a line with data.
        units : slice
            Which of its units.

        Returns
        -------
        ndarray, (chains, draws, units, components)
            Axes along which it does not vary have length 1.
        """
        from stanlevels.values.evaluate import evaluate

        line = self.line(name)
        if name in self.outputs:
            stored = self.variables[self.outputs[name].stan]
            chains, draws = stored.shape[:2]
            n = self.bound.size(line.domain)
            width = prod(stored.shape[2:]) // n if n else prod(stored.shape[3:])
            return stored.reshape(chains, draws, n, width)[:, :, units]
        if "value" in line.args:
            return evaluate(line.args["value"], line.domain, self, units)
        if name in self.planned.graph.observed:
            observed = np.asarray(self.bound.outcome(name), dtype=float)
            return observed.reshape(1, 1, len(observed), -1)[:, :, units]
        raise InternalError(f"{name!r} is neither among the draws nor computed from them")

    def flat(self, name: str) -> Array:
        """A recorded quantity as (chains, draws, numbers): units slowest, then components."""
        values = self.value(name)
        return values.reshape(*values.shape[:2], -1)

    def mixing(self, name: str) -> Mixing:
        """How each of the numbers of a recorded quantity mixed; computed once."""
        if name not in self._mixed:
            self._mixed[name] = mixing(self.flat(name))
        return self._mixed[name]

    @cached_property
    def _mixed(self) -> dict[str, Mixing]:
        return {}

    def labels(self, name: str) -> tuple[tuple[str | int, ...], ...]:
        """Labels along each component axis of a quantity (a correlation matrix has two)."""
        line = self.line(name)
        twice = name in self.outputs and self.outputs[name].correlation
        axes = line.components * 2 if twice else line.components
        return tuple(tuple(self.planned.axes[axis]) for axis in axes)

    def is_constant(self, name: str) -> bool:
        """Whether nothing in it is random: a number, data, or what is computed from them alone."""
        if name not in self.planned.lines or name in self.planned.latent:
            return False
        terms = self.line(name).args.values()
        return name in self.planned.observed or all(self.is_constant(u.name) for t in terms for u in uses(t))

    def is_simplex(self, name: str) -> bool:
        """Whether its components sum to 1."""
        node = self.line(name).node
        return isinstance(node, VariableNode) and FAMILIES[node.family].support.shape == "simplex"


def flat_shape(output: Output, bound: Bound, planned: Planned) -> tuple[int, ...]:
    """The dimensions of one draw of an output: units flat, then components flat."""
    units = (bound.size(output.domain),) if output.domain else ()
    widths = [len(planned.axes[axis]) for axis in output.components]
    if output.correlation:
        return (*units, widths[0], widths[0])
    return (*units, prod(widths)) if widths else units
