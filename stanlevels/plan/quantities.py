"""Quantities: where the value of each declared name comes from.

Passes change the value; lowering writes each sampled quantity, `values/` gives every quantity whatever
its origin, results ask for quantities and know no parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stanlevels.arrays import Array
from stanlevels.plan.terms import Domain, Term

__all__ = [
    "BETWEEN",
    "Between",
    "Centering",
    "Computed",
    "Form",
    "Given",
    "Integrated",
    "Moved",
    "Natural",
    "Quantity",
    "Sampled",
    "Softened",
    "Standardised",
    "Value",
]


BETWEEN: Literal["between"] = "between"
Centering = bool | Literal["between"]
"""The form of a random variable: centred, not, or between both, each unit as far as its data inform it."""


@dataclass(frozen=True)
class Natural:
    """Sampled as it is: the centred form of a random variable."""


@dataclass(frozen=True)
class Standardised:
    """Sampled as z, with ``x = location + scale z``: the non-centred form of a random variable.

    `location` and `scale` are the names of the line's arguments. With `sparse`, the numbers of correlated
    units come of such as have a sparse precision, and not of independent ones.
    """

    location: str
    scale: str
    sparse: bool = False


@dataclass(frozen=True)
class Moved:
    """Sampled as z, with ``x = z - by``: together with what stands beside it in a predictor.

    `lifted` are the quantities whose part in `by` is theirs in each unit; the rest, where there is one
    (`at_means`), is means times coefficients: what covariates add there.
    """

    by: Term
    lifted: tuple[str, ...] = ()
    at_means: bool = False


@dataclass(frozen=True, eq=False)
class Between:
    """Sampled as z, each unit between the centred and the non-centred form.

    With m the location, r the scale over its `typical` value and w the weight of a unit,
    ``x = m + r^(1 - w) (z - w m)``: w = 1 is the centred form, w = 0 the non-centred one in units of the
    typical scale. What is counted to it (`by`, as in `Moved`) is part of m, and taken off x.

    Attributes
    ----------
    location, scale : str
        The names of the line's arguments.
    weights : ndarray, (units, components or 1)
        From 0 to 1: numbers of the data block, so that the program does not depend on them.
    typical : tuple of float
        About how large the scale is: one number, or one per component.
    by : Term or None
    lifted, at_means
        As in `Moved`.
    """

    location: str
    scale: str
    weights: Array
    typical: tuple[float, ...]
    by: Term | None = None
    lifted: tuple[str, ...] = ()
    at_means: bool = False


@dataclass(frozen=True)
class Softened:
    """Sampled as z, a positive quantity with ``x = typical exp(z/2) Phi(z)``.

    Its logarithm is linear in z above, and falls as ``-z^2 / 2`` towards 0. A density that does not vanish at
    x = 0 has an exponential tail in log x, and one like a normal's in z.

    Attributes
    ----------
    typical : tuple of float
        About how large it is: one number, or one per component.
    """

    typical: tuple[float, ...] = (1.0,)


Form = Natural | Standardised | Moved | Between | Softened


@dataclass(frozen=True)
class Given:
    """A named number, or an outcome: known before anything is fitted."""


@dataclass(frozen=True)
class Sampled:
    """A parameter of the program, in a form."""

    form: Form = Natural()


@dataclass(frozen=True)
class Computed:
    """A named expression: evaluated from other quantities.

    `known` says whether it rests on data and numbers alone.
    """

    known: bool = False


@dataclass(frozen=True)
class Integrated:
    """In no program: integrated out, and drawn back by the group of that name."""

    group: str


Value = Given | Sampled | Computed | Integrated


@dataclass(frozen=True)
class Quantity:
    """One declared name and where its value comes from.

    Attributes
    ----------
    name : str
    domain : Domain
        Its units.
    components : tuple of str
        Its component axes.
    value : Value
    """

    name: str
    domain: Domain
    components: tuple[str, ...]
    value: Value

    @property
    def is_unknown(self) -> bool:
        """Whether it has a posterior of its own: sampled or integrated out."""
        return isinstance(self.value, Sampled | Integrated)

    @property
    def is_sampled(self) -> bool:
        """Whether it is a parameter of the program, in whatever form."""
        return isinstance(self.value, Sampled)

    @property
    def is_integrated(self) -> bool:
        """Whether it is in no program, and drawn back."""
        return isinstance(self.value, Integrated)

    @property
    def is_moved(self) -> bool:
        """Whether it is sampled as it is but for what stands beside it."""
        return isinstance(self.value, Sampled) and isinstance(self.value.form, Moved)

    @property
    def between(self) -> Between | None:
        """Its form where that is between centred and not."""
        form = self.value.form if isinstance(self.value, Sampled) else None
        return form if isinstance(form, Between) else None

    @property
    def softened(self) -> Softened | None:
        """Its form where that is soft near 0."""
        form = self.value.form if isinstance(self.value, Sampled) else None
        return form if isinstance(form, Softened) else None

    @property
    def is_at_means(self) -> bool:
        """Whether it is sampled where covariates are at their means."""
        return isinstance(self.value, Sampled) and getattr(self.value.form, "at_means", False)

    @property
    def lifted(self) -> tuple[str, ...]:
        """What is the same in each of its units, and sampled with it."""
        form = self.value.form if isinstance(self.value, Sampled) else None
        return form.lifted if isinstance(form, Moved | Between) else ()

    @property
    def is_sparse(self) -> bool:
        """Whether correlated units are sampled through numbers with a sparse precision."""
        value = self.value
        return isinstance(value, Sampled) and isinstance(value.form, Standardised) and value.form.sparse

    @property
    def is_standardised(self) -> bool:
        """Whether it is sampled through a standardised parameter of its own."""
        return isinstance(self.value, Sampled) and isinstance(self.value.form, Standardised)
