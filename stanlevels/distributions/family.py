"""What a row of the table of distributions says and has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.kept import Kept
from stanlevels.distributions.links import LINKS, link_undone_by
from stanlevels.distributions.making import Composed, Function
from stanlevels.distributions.numbers import Compute, Likelihood, Numbers
from stanlevels.distributions.pairs import ConjugateOutcome, ConjugatePrior
from stanlevels.distributions.parameters import Default, Parameter, Prior
from stanlevels.distributions.spectrum import Spectrum
from stanlevels.distributions.structure import Structure
from stanlevels.distributions.supports import BINARY, Support
from stanlevels.errors import InternalError
from stanlevels.graph import Expr, Ref

__all__ = [
    "COVARIATES",
    "INTERCEPT",
    "SLOPES",
    "Composed",
    "Default",
    "Family",
    "Function",
    "Parameter",
    "Parameterization",
    "Prior",
]

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


@dataclass(frozen=True)
class Family:
    """A distribution.

    Parameters
    ----------
    name : str
        As people write it.
    parameterizations : tuple of Parameterization
        The first is the standard one.
    doc : str
        One sentence for the docstring.
    location_scale : tuple of (str, str) or None
        Names of location and scale where ``x = location + scale * z`` with z standard: such a
        random variable can be written non-centred.
    location_link : str
        The function that takes the variable to the scale of its location: "log" for the log-normal
        distribution, "identity" for others.
    gaussian : bool
        Normal on that scale, with location as mean and scale as standard deviation.
    half : bool
        Folded at zero: its density is twice that of the distribution it is half of.
    bounds : tuple of (str, str) or None
        Names of the arguments that bound the variable from below and from above; "" where its support does.
    at_most, sums_to : str
        The argument (a number of trials) that the variable cannot exceed, or that its numbers sum to.
    sized : bool
        Whether its size may be given, as ``dim=``.
    latent, observable : bool
        Whether it can be a prior or random variable, and whether it can be a likelihood.
    functions : tuple of str or Function
        Stan functions of ours that it needs: files of `stan_templates/functions`, or written for it.
    tails : tuple of str or Function
        The same for its cumulative, where Stan has none: outcomes between bounds, or censored.
    by_unit : bool
        Whether its density in Stan is that of one value.
    cumulative : bool
        Whether Stan has what its `Numbers` have: the logs of what lies below and above a number.
    signed : bool
        Whether an outcome may be two columns: its size, and which of two signs it has.
    composed : Composed, optional
        How it was made of another family.
    part : Support, optional
        The values that its location, scale and shape are about, where that is only part of them.
    symbol : str
        What mathematics calls it; by default its name.
    example : str
        A call for the docstring, where the arguments' supports do not suggest one.
    digest : str
        Of a person's own: of what it was declared as.
    conjugate_prior, conjugate_outcome : optional
        What it is in conjugate pairs (`distributions.pairs`).
    structure : Structure, optional
        How the units of a line are correlated; without one they are independent.
    spectrum : Spectrum, optional
        Of coefficients of waves: their standard deviations. Without data `place` makes normal ones of them.
    """

    name: str
    parameterizations: tuple[Parameterization, ...]
    doc: str
    location_scale: tuple[str, str] | None = None
    location_link: str = "identity"
    gaussian: bool = False
    half: bool = False
    bounds: tuple[str, str] | None = None
    at_most: str = ""
    sums_to: str = ""
    sized: bool = False
    latent: bool = True
    observable: bool = True
    functions: tuple[str | Function, ...] = ()
    tails: tuple[str | Function, ...] = ()
    by_unit: bool = False
    cumulative: bool = True
    signed: bool = False
    composed: Composed | None = None
    part: Support | None = None
    symbol: str = ""
    example: str = ""
    digest: str = ""
    conjugate_prior: ConjugatePrior | None = None
    conjugate_outcome: ConjugateOutcome | None = None
    structure: Structure | None = None
    spectrum: Spectrum | None = None

    @property
    def key(self) -> str:
        """Its name in the table: of a person's own, one that no other declaration shares."""
        return f"{self.name}@{self.digest}" if self.digest else self.name

    @property
    def support(self) -> Support:
        """Of the variable."""
        return self.parameterizations[0].numbers.support

    @property
    def discrete(self) -> bool:
        """Whether the variable takes whole numbers only."""
        return self.support.integer

    @property
    def suffix(self) -> str:
        """Stan's suffix of the log density or mass."""
        return "lpmf" if self.discrete else "lpdf"

    @property
    def is_scalar(self) -> bool:
        """Whether the variable is one number."""
        return self.support.shape == "scalar"

    @property
    def has_cumulative(self) -> bool:
        """Whether what lies below and above a number is known, here and in Stan."""
        return self.is_scalar and self.cumulative and self.parameterizations[0].numbers.cumulative is not None

    @property
    def is_vector(self) -> bool:
        """Whether the variable is a vector of numbers, each free of the others' sum."""
        return self.support.shape == "vector"

    @property
    def is_simplex(self) -> bool:
        """Whether the variable is a vector of probabilities."""
        return self.support.shape == "simplex"

    @property
    def is_tally(self) -> bool:
        """Whether the variable is a count of each of several categories."""
        return self.support.shape == "counts"

    @property
    def is_correlation(self) -> bool:
        """Whether the variable is a correlation matrix."""
        return self.support.shape == "cholesky"

    @property
    def is_gaussian(self) -> bool:
        """Whether the variable is one normal number, or several."""
        return self.gaussian and self.location_link == "identity"

    @property
    def is_normal(self) -> bool:
        """Whether the variable is one normal number."""
        return self.is_gaussian and self.is_scalar

    @property
    def is_categorical(self) -> bool:
        """Whether the variable is one of several categories."""
        return any(form.categories for form in self.parameterizations)

    @property
    def is_ordinal(self) -> bool:
        """Whether the variable is one of several categories in an order."""
        return any(form.cutpoints for form in self.parameterizations)

    @property
    def is_threshold(self) -> bool:
        """Whether the variable, or each of its trials, says which side of a threshold a latent one is on."""
        cut = any(p.support.ordered for form in self.parameterizations for p in form.parameters)
        return cut or bool(self.at_most) or self.support is BINARY

    def parameterization(self, key: str) -> Parameterization:
        """The parameterisation called `key`."""
        return next(p for p in self.parameterizations if p.key == key)

    def by_hand(self, form: Parameterization, function: str) -> Parameterization | None:
        """The parameterisation that `form` is with a function written around its location.

        ``Poisson(exp(eta))`` is ``Poisson(log=eta)``; None where no other parameterisation says the same.
        """
        link = link_undone_by(function)
        if link is None or form.link != "identity" or not form.location:
            return None
        if form.parameter(form.location).support.shape != "scalar":
            return None  # the logits of categories are no logits of each probability
        return next((p for p in self.parameterizations if _same_but_for(form, p, link.name)), None)


def _same_but_for(form: Parameterization, other: Parameterization, link: str) -> bool:
    """Whether two parameterisations differ by a link of the location alone."""
    mine, its = ({p.name for p in f.parameters} - {f.location} for f in (form, other))
    return bool(other.location) and other.link == link and mine == its
