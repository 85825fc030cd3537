"""What a row of the table of distributions says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stanlevels.distributions.supports import Support
from stanlevels.graph import Expr

Mean = Callable[[Mapping[str, Any]], Any]


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
class Parameter:
    """An argument of a distribution.

    `kind` says what it does to the variable, from which default priors take their scale:
    "location" (moves it), "scale" (stretches it), "shape" (anything else), "data" (must be
    known, such as a number of trials). `default` is what it becomes where it is left open.
    """

    name: str
    support: Support
    kind: str = "shape"
    default: Default | None = None


@dataclass(frozen=True)
class Parameterization:
    """One way to write a distribution.

    Parameters
    ----------
    key : str
        "" for the standard one, else the name of the argument that selects it.
    parameters : tuple of Parameter
        In the order of positional arguments.
    stan : str
        Stan's distribution, without the suffix.
    arguments : tuple of Expr
        Stan's arguments as expressions in which `Ref` names a parameter.
    glm : str
        Stan's GLM function, where there is one.
    mean : callable, optional
        The mean of the variable from the arguments' values, as arrays that broadcast; None for what
        cannot be latent.
    link : str
        What turns the mean into the argument of kind "location": "identity", "log", "logit".
    """

    key: str
    parameters: tuple[Parameter, ...]
    stan: str
    arguments: tuple[Expr, ...]
    glm: str = ""
    link: str = "identity"
    mean: Mean | None = None

    def parameter(self, name: str) -> Parameter:
        """The parameter called `name`."""
        return next(p for p in self.parameters if p.name == name)


@dataclass(frozen=True)
class Family:
    """A distribution.

    Parameters
    ----------
    name : str
        As people write it.
    support : Support
        Of the variable.
    parameterizations : tuple of Parameterization
        The first is the standard one.
    location_scale : tuple of (str, str) or None
        Names of location and scale where ``x = location + scale * z`` with z standard: such a
        random variable can be written non-centred.
    half : bool
        Folded at zero: its density is twice that of the distribution it is half of.
    bounds : tuple of (str, str) or None
        Names of the arguments that bound the variable (Uniform).
    doc : str
        One sentence for the docstring.
    latent, observable : bool
        Whether it can be a prior or random variable, and whether it can be a likelihood.
    """

    name: str
    support: Support
    parameterizations: tuple[Parameterization, ...]
    doc: str
    location_scale: tuple[str, str] | None = None
    half: bool = False
    bounds: tuple[str, str] | None = None
    latent: bool = True
    observable: bool = True

    @property
    def discrete(self) -> bool:
        """Whether the variable takes whole numbers only."""
        return self.support.integer

    @property
    def suffix(self) -> str:
        """Stan's suffix of the log density or mass."""
        return "lpmf" if self.discrete else "lpdf"

    def parameterization(self, key: str) -> Parameterization:
        """The parameterisation called `key`."""
        return next(p for p in self.parameterizations if p.key == key)
