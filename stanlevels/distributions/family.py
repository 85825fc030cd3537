"""What a row of the table of distributions says and has."""

from __future__ import annotations

from dataclasses import dataclass

from stanlevels.distributions.links import link_undone_by
from stanlevels.distributions.making import Composed, Function
from stanlevels.distributions.pairs import ConjugateOutcome, ConjugatePrior
from stanlevels.distributions.parameterization import COVARIATES, INTERCEPT, SLOPES, Parameterization
from stanlevels.distributions.parameters import Default, Parameter, Prior
from stanlevels.distributions.spectrum import Spectrum
from stanlevels.distributions.structure import Structure
from stanlevels.distributions.supports import BINARY, Support

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
