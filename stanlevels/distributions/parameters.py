"""Arguments of distributions: what they may be, and what they become where they are left open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stanlevels.arrays import Array
from stanlevels.distributions.supports import Support

__all__ = ["Default", "Parameter", "Prior"]


@dataclass(frozen=True)
class Default:
    """The number that an open argument becomes: ``times * scale ** power``, or the scale's centre.

    Examples
    --------
    >>> Default(2.5, 1).numbers((2.0, 4.0), (7.0,)), Default(center=True).numbers((2.0,), (7.0,))
    ((5.0, 10.0), (7.0,))
    """

    times: float = 1.0
    power: int = 0
    center: bool = False

    def numbers(self, spread: tuple[float, ...], center: tuple[float, ...]) -> tuple[float, ...]:
        """The numbers at a scale: one, or one per component."""
        if self.center:
            return center
        return (self.times,) if self.power == 0 else tuple(self.times * s**self.power for s in spread)


@dataclass(frozen=True)
class Prior:
    """The distribution of an argument that is left open and unknown.

    Parameters
    ----------
    family : str
        Its name in the table.
    numbers : tuple of float or None
        Its arguments; None for one that takes its size from the data.
    reason : str
    """

    family: str
    numbers: tuple[float | None, ...]
    reason: str


@dataclass(frozen=True)
class Parameter:
    """An argument of a distribution.

    Parameters
    ----------
    name : str
    support : Support
    kind : str
        What it does to the variable, from which default priors take their scale: "location" (moves
        it), "scale" (stretches it), "rate" (shrinks it), "shape" (anything else), "bound" (neither), "delay"
        (is smaller than any outcome), "drift" and "boundary" (goes with the root of the inverse of outcomes,
        or with their root), "data" (a number of trials, which must be known), "known" (as well),
        "chance" (a probability, or its log odds, of what `counts` finds in outcomes); of mixtures "location
        of one" and "scale of one" of the distributions, and how often each is the one: "shares", "odds of
        each".
    default : Default, optional
        The number it becomes where a prior leaves it open.
    prior : Prior, optional
        The distribution it gets where a line over units, or with data, leaves it open. Without one,
        leaving it open there is an error.
    of_outcome : bool
        Whether it says what is known of an outcome: predictions do without it.
    start : callable, optional
        Where a search for a maximum begins, of an outcome less its location; by default in the middle of
        its prior.
    counts : callable, optional
        Of a chance: in which outcomes it happens, and which of them could show it.
    size : int, optional
        The number of entries of a vector, where that is the same for every variable.
    groups : bool
        Whether it says which outcomes have one density together.
    link : str
        Of the location of one distribution of a mixture: what takes the variable to its scale.
    """

    name: str
    support: Support
    kind: str = "shape"
    default: Default | None = None
    prior: Prior | None = None
    of_outcome: bool = False
    start: Callable[[Array], float] | None = None
    counts: Callable[[Array], tuple[Array, Array]] | None = None
    size: int | None = None
    groups: bool = False
    link: str = "identity"

    @property
    def is_known(self) -> bool:
        """Whether it must be known: a column or a number."""
        return self.kind in ("data", "known")

    @property
    def is_whole(self) -> bool:
        """Whether Stan takes it as a whole number."""
        return self.is_known and self.support.integer
