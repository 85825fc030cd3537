"""Written by ``python -m pytest tests/language --promote`` from the table of distributions."""

from collections.abc import Sequence
from typing import Any, Literal

from stanlevels.language.distributions import Axis
from stanlevels.language.expressions import Variable

__all__ = [
    "Bernoulli",
    "Beta",
    "BetaBinomial",
    "Binomial",
    "Categorical",
    "Cauchy",
    "Dirichlet",
    "Exponential",
    "Gamma",
    "HalfCauchy",
    "HalfNormal",
    "HalfStudentT",
    "InverseGamma",
    "LKJCholesky",
    "Laplace",
    "LogNormal",
    "Logistic",
    "MultiNormal",
    "NegBinomial",
    "Normal",
    "OrderedLogistic",
    "Poisson",
    "StudentT",
    "Uniform",
    "Weibull",
]

def Bernoulli(
    theta: Any = None,
    *,
    logit: Any = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
) -> Variable:
    """0 or 1, with probability `theta` of 1, or with its log odds `logit=`."""

def Beta(
    alpha: Any = None,
    beta: Any = None,
    *,
    mean: Any = None,
    concentration: Any = None,
    logit: Any = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    ordered: bool = False,
) -> Variable:
    """The beta distribution with shapes `alpha` and `beta`; or with `mean=` (or its `logit=`) and `concentration` (the sum of the two shapes)."""

def BetaBinomial(
    trials: Any = None,
    alpha: Any = None,
    beta: Any = None,
    *,
    mean: Any = None,
    concentration: Any = None,
    logit: Any = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
) -> Variable:
    """Successes among `trials` whose probability is beta with shapes `alpha` and `beta`; or with `mean=` (or its `logit=`) and `concentration`."""

def Binomial(
    trials: Any = None,
    theta: Any = None,
    *,
    logit: Any = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
) -> Variable:
    """Successes among `trials`, with probability `theta` of each, or its log odds `logit=`."""

def Categorical(
    theta: Any = None,
    *,
    logit: Any = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
) -> Variable:
    """One of several categories, with probabilities `theta`, or with log odds `logit=` (one per category, up to a common constant)."""

def Cauchy(
    mu: Any = None,
    sigma: Any = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    ordered: bool = False,
    centered: bool | Literal["between"] | None = None,
) -> Variable:
    """The Cauchy distribution with location `mu` and scale `sigma`."""

def Dirichlet(
    alpha: Any = None,
    *,
    dim: int | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
) -> Variable:
    """Probabilities that sum to 1, with concentrations `alpha`."""

def Exponential(
    beta: Any = None,
    *,
    log: Any = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    ordered: bool = False,
) -> Variable:
    """The exponential distribution with rate `beta`; or with the log of its mean (`log=`)."""

def Gamma(
    alpha: Any = None,
    beta: Any = None,
    *,
    log: Any = None,
    shape: Any = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    ordered: bool = False,
) -> Variable:
    """The gamma distribution with shape `alpha` and rate `beta`; or with the log of its mean (`log=`) and `shape`."""

def HalfCauchy(
    sigma: Any = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    ordered: bool = False,
) -> Variable:
    """The Cauchy distribution with location 0 and scale `sigma`, folded at 0."""

def HalfNormal(
    sigma: Any = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    ordered: bool = False,
) -> Variable:
    """The normal distribution with mean 0 and sd `sigma`, folded at 0."""

def HalfStudentT(
    nu: Any = None,
    sigma: Any = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    ordered: bool = False,
) -> Variable:
    """Student's t with `nu` degrees of freedom, location 0 and scale `sigma`, folded at 0."""

def InverseGamma(
    alpha: Any = None,
    beta: Any = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    ordered: bool = False,
) -> Variable:
    """The distribution of 1/x with x gamma with shape `alpha` and rate `beta`."""

def LKJCholesky(
    eta: Any = None,
    *,
    dim: int | None = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
) -> Variable:
    """A correlation matrix with density proportional to its determinant to the power `eta` - 1."""

def Laplace(
    mu: Any = None,
    sigma: Any = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    ordered: bool = False,
    centered: bool | Literal["between"] | None = None,
) -> Variable:
    """The Laplace (double exponential) distribution with location `mu` and scale `sigma`."""

def LogNormal(
    mu: Any = None,
    sigma: Any = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    ordered: bool = False,
) -> Variable:
    """The distribution of exp(x) with x normal with mean `mu` and sd `sigma`."""

def Logistic(
    mu: Any = None,
    sigma: Any = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    ordered: bool = False,
    centered: bool | Literal["between"] | None = None,
) -> Variable:
    """The logistic distribution with location `mu` and scale `sigma`."""

def MultiNormal(
    mu: Any = None,
    sigma: Any = None,
    corr: Any = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    centered: bool | Literal["between"] | None = None,
) -> Variable:
    """Several normal variables per unit with means `mu`, standard deviations `sigma` and correlations `corr`."""

def NegBinomial(
    mu: Any = None,
    shape: Any = None,
    *,
    log: Any = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
) -> Variable:
    """A count with mean `mu` (or its `log=`) and variance mu + mu^2 / `shape`."""

def Normal(
    mu: Any = None,
    sigma: Any = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    ordered: bool = False,
    centered: bool | Literal["between"] | None = None,
) -> Variable:
    """The normal distribution with mean `mu` and standard deviation `sigma`."""

def OrderedLogistic(
    eta: Any = None,
    cutpoints: Any = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
) -> Variable:
    """One of several ordered categories: category k lies between cutpoints k - 1 and k of a logistic variable with location `eta`."""

def Poisson(
    rate: Any = None,
    *,
    log: Any = None,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
) -> Variable:
    """A count with mean `rate`, or with the log of its mean, `log=`."""

def StudentT(
    nu: Any = None,
    mu: Any = None,
    sigma: Any = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    ordered: bool = False,
    centered: bool | Literal["between"] | None = None,
) -> Variable:
    """Student's t with `nu` degrees of freedom, location `mu` and scale `sigma`."""

def Uniform(
    alpha: Any = None,
    beta: Any = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    ordered: bool = False,
) -> Variable:
    """The uniform distribution from `alpha` to `beta`."""

def Weibull(
    alpha: Any = None,
    sigma: Any = None,
    *,
    over: Axis | Sequence[Axis] | None = None,
    observed: bool | str | Sequence[str] = False,
    weights: str | None = None,
    ordered: bool = False,
) -> Variable:
    """The Weibull distribution with shape `alpha` and scale `sigma`."""
