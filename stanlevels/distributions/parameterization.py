"""One way to write a distribution: its arguments, what Stan calls it, and its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.kept import Kept
from stanlevels.distributions.links import LINKS
from stanlevels.distributions.numbers import Compute, Likelihood, Numbers
from stanlevels.distributions.parameters import Parameter
from stanlevels.errors import InternalError
from stanlevels.graph import Expr, Ref

__all__ = ["COVARIATES", "INTERCEPT", "SLOPES", "Parameterization"]

Arguments = Mapping[str, Any]

# What a GLM function of Stan takes beside arguments of the distribution; no argument can be called so.
COVARIATES, INTERCEPT, SLOPES = "<covariates>", "<intercept>", "<slopes>"


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
    numbers : Numbers
        Of the variable, from these parameters.
    link : str
        What turns the mean into the argument of kind "location": a row of `links.LINKS`.
    likelihood : Likelihood, optional
        Derivatives by the location, where it is the predictor of a generalised linear model.
    glm : str
        Stan's GLM function, where there is one.
    glm_arguments : tuple of str
        What it takes after the variable: `COVARIATES`, `INTERCEPT`, `SLOPES`, and parameters by name.
    categories : tuple of (str, int), optional
        Where the variable is one of several categories: the vector-valued argument that tells how many,
        and how many more than its entries there are.
    by_unit : bool
        Whether its density in Stan is that of one value.
    together : tuple of str
        Arguments which, where each is one number for all units, leave a function of ours for all units at
        once, although it is by unit elsewhere.
    below : tuple of (str, tuple of Expr), optional
        The distribution of Stan, with its arguments, that has a cumulative where `stan` has none.
    kept : Kept, optional
        What cells of rows with the same arguments keep of them, where a few sums say it all.
    written : tuple of Expr, optional
        What mathematics writes between the parentheses, as expressions in which `Ref` names a parameter;
        by default the parameters in their order. Also ``softmax`` and ``diag`` may be called there.
    phrase : str
        What it is in words, with parameters in braces; by default its name and its parameters'.
    """

    key: str
    parameters: tuple[Parameter, ...]
    stan: str
    arguments: tuple[Expr, ...]
    numbers: Numbers
    link: str = "identity"
    likelihood: Likelihood | None = None
    glm: str = ""
    glm_arguments: tuple[str, ...] = ()
    categories: tuple[str, int] | None = None
    by_unit: bool = False
    together: tuple[str, ...] = ()
    below: tuple[str, tuple[Expr, ...]] | None = None
    kept: Kept | None = None
    written: tuple[Expr, ...] = ()
    phrase: str = ""

    # --- what it says ------------------------------------------------------------------------------

    def parameter(self, name: str) -> Parameter:
        """The parameter called `name`."""
        return next(p for p in self.parameters if p.name == name)

    @property
    def location(self) -> str:
        """The argument that moves the variable; "" where there is none."""
        return next((p.name for p in self.parameters if p.kind == "location"), "")

    @property
    def scale(self) -> str:
        """The argument that stretches the variable; "" where there is none."""
        return next((p.name for p in self.parameters if p.kind == "scale"), "")

    @property
    def trials(self) -> str:
        """The argument that must be known, a number of trials; "" where there is none."""
        return next((p.name for p in self.parameters if p.kind == "data"), "")

    @property
    def grouping(self) -> str:
        """The argument that says which outcomes have one density together; "" where each has its own."""
        return next((p.name for p in self.parameters if p.groups), "")

    @property
    def unread(self) -> frozenset[str]:
        """Arguments that draws need to know, and the density of outcomes known together does not."""
        read = {arg.name for arg in self.arguments if isinstance(arg, Ref)}
        return frozenset(p.name for p in self.parameters if self.grouping and p.name not in read)

    @property
    def correlation(self) -> str:
        """The argument that is a correlation matrix; "" where there is none."""
        return next((p.name for p in self.parameters if p.support.shape == "cholesky"), "")

    @property
    def cutpoints(self) -> str:
        """The argument that lies between categories in an order; "" where there is none."""
        argument, more = self.categories or ("", 0)
        return argument if more else ""

    @property
    def latent_variance(self) -> float:
        """Of the variable behind the link of an outcome with thresholds; NaN where there is none."""
        return LINKS[self.link].latent_variance if self.numbers.support.integer else float("nan")

    @property
    def by_cumulative(self) -> tuple[str, tuple[Expr, ...]]:
        """A distribution of Stan with a cumulative, and its arguments."""
        return self.below or (self.stan, self.arguments)

    def in_mathematics(self) -> tuple[Expr, ...]:
        """What stands between its parentheses in mathematics."""
        return self.written or tuple(Ref(p.name) for p in self.parameters)

    # --- what it has -------------------------------------------------------------------------------

    def log_density(self, x: Any, arguments: Arguments) -> Array:
        """The log of the density or mass, with every constant; minus infinity outside the support."""
        support, x = self.numbers.support, np.asarray(x, dtype=float)
        value = self._of(self.numbers.log_density, arguments, x)
        if support.shape not in ("scalar", "simplex", "counts"):
            return value
        return np.where(support.inside(x), value, -np.inf)

    def cumulative(self, x: Any, arguments: Arguments) -> Array:
        """The probability of at most `x`; not of vectors."""
        support, x = self.numbers.support, np.asarray(x, dtype=float)
        x = np.floor(x) if support.integer else x
        value = self._of(self.numbers.cumulative, arguments, np.clip(x, support.lower, support.upper))
        return np.where(x < support.lower, 0.0, np.where(x >= support.upper, 1.0, value))

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], arguments: Arguments) -> Array:
        """Random values of a shape with which the arguments broadcast; it includes components."""
        return self._of(self.numbers.draw, arguments, rng, shape)

    def mean(self, arguments: Arguments) -> Array:
        """The mean; infinite or NaN where it is infinite or does not exist.

        A distribution that has a size of its own (`Family.sized`) takes it as argument "dim".
        """
        return self._of(self.numbers.mean, arguments)

    def variance(self, arguments: Arguments) -> Array:
        """The variance, of every component; infinite or NaN like the mean."""
        return self._of(self.numbers.variance, arguments)

    def middle(self, arguments: Arguments) -> Array:
        """The location of what is symmetric about it, else the mean; NaN where that is not finite."""
        if self.numbers.symmetric:
            return np.asarray(arguments[self.location], dtype=float)
        mean = self.mean(arguments)
        return np.where(np.isfinite(mean), mean, np.nan)

    def probabilities(self, arguments: Arguments) -> Array:
        """Of every category, along the last axis."""
        return self._of(self.numbers.probabilities, arguments)

    def slopes(self, x: Any, arguments: Arguments, order: int) -> Array:
        """Derivative number `order` (1 to 3) of the log density by the location."""
        found = self.likelihood
        if found is None:
            raise InternalError(f"{self.stan} has no derivatives by a predictor")
        compute = (found.first, found.second, found.third)[order - 1]
        return self._of(compute, arguments, np.asarray(x, dtype=float))

    def _of(self, compute: Compute | None, arguments: Arguments, *before: Any) -> Array:
        """A function of `numbers` at arguments, as arrays; what is not finite is no cause for a warning."""
        if compute is None:
            raise InternalError(f"{self.stan} has no such number")
        mine = {p.name for p in self.parameters}
        given = {n: np.asarray(v, dtype=float) if n in mine else v for n, v in arguments.items()}
        with np.errstate(all="ignore"):
            return np.asarray(compute(*before, **given))
