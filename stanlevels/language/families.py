"""The table of distributions: one row each.

To add a distribution, add one row to `FAMILIES` and export its callable in
`stanlevels/language/distributions.py`; every room reads this table.
"""

from __future__ import annotations

from dataclasses import dataclass

from stanlevels.graph import Call, Expr, Number, Op, Ref
from stanlevels.language.supports import (
    BINARY,
    CHOLESKY,
    COUNT,
    NONNEGATIVE,
    OPEN_UNIT,
    ORDERED_VECTOR,
    POSITIVE,
    POSITIVE_COUNT,
    POSITIVE_VECTOR,
    REAL,
    SIMPLEX,
    UNIT,
    VECTOR,
    Support,
)


@dataclass(frozen=True)
class Parameter:
    """An argument of a distribution.

    `kind` says what it does to the variable, from which default priors take their scale:
    "location" (moves it), "scale" (stretches it), "shape" (anything else), "data" (must be
    known, such as a number of trials).
    """

    name: str
    support: Support
    kind: str = "shape"


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
    link : str
        What turns the mean into the argument of kind "location": "identity", "log", "logit".
    """

    key: str
    parameters: tuple[Parameter, ...]
    stan: str
    arguments: tuple[Expr, ...]
    glm: str = ""
    link: str = "identity"

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


def _location(name: str = "mu", support: Support = REAL) -> Parameter:
    return Parameter(name, support, "location")


def _scale(name: str = "sigma") -> Parameter:
    return Parameter(name, POSITIVE, "scale")


def _standard(stan: str, *parameters: Parameter, glm: str = "") -> Parameterization:
    return Parameterization("", parameters, stan, _refs(*(p.name for p in parameters)), glm)


def _half(stan: str, *parameters: Parameter) -> Parameterization:
    *before, scale = _refs(*(p.name for p in parameters))
    return Parameterization("", parameters, stan, (*before, Number(0), scale))


def _refs(*names: str) -> tuple[Ref, ...]:
    return tuple(Ref(name) for name in names)


def _call(function: str, expr: Expr) -> Expr:
    return Call(function, (expr,))


def _times(left: Expr, right: Expr) -> Expr:
    return Op("*", (left, right))


def _minus(expr: Expr) -> Expr:
    return Op("neg", (expr,))


def _complement(expr: Expr) -> Expr:
    return Op("-", (Number(1), expr))


_NU = Parameter("nu", POSITIVE)
_TRIALS = Parameter("trials", COUNT, "data")

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Family(
            "Normal",
            REAL,
            (_standard("normal", _location(), _scale(), glm="normal_id_glm"),),
            "The normal distribution with mean `mu` and standard deviation `sigma`.",
            location_scale=("mu", "sigma"),
        ),
        Family(
            "StudentT",
            REAL,
            (_standard("student_t", _NU, _location(), _scale()),),
            "Student's t with `nu` degrees of freedom, location `mu` and scale `sigma`.",
            location_scale=("mu", "sigma"),
        ),
        Family(
            "Cauchy",
            REAL,
            (_standard("cauchy", _location(), _scale()),),
            "The Cauchy distribution with location `mu` and scale `sigma`.",
            location_scale=("mu", "sigma"),
        ),
        Family(
            "Laplace",
            REAL,
            (_standard("double_exponential", _location(), _scale()),),
            "The Laplace (double exponential) distribution with location `mu` and scale `sigma`.",
            location_scale=("mu", "sigma"),
        ),
        Family(
            "Logistic",
            REAL,
            (_standard("logistic", _location(), _scale()),),
            "The logistic distribution with location `mu` and scale `sigma`.",
            location_scale=("mu", "sigma"),
        ),
        Family(
            "LogNormal",
            POSITIVE,
            (_standard("lognormal", _location(), _scale()),),
            "The distribution of exp(x) with x normal with mean `mu` and sd `sigma`.",
        ),
        Family(
            "Gamma",
            POSITIVE,
            (
                _standard("gamma", Parameter("alpha", POSITIVE), Parameter("beta", POSITIVE)),
                Parameterization(
                    "log",
                    (_location("log"), Parameter("shape", POSITIVE)),
                    "gamma",
                    (Ref("shape"), _times(Ref("shape"), _call("exp", _minus(Ref("log"))))),
                    link="log",
                ),
            ),
            "The gamma distribution with shape `alpha` and rate `beta`; or with the log of its mean"
            " (`log=`) and `shape`.",
        ),
        Family(
            "InverseGamma",
            POSITIVE,
            (_standard("inv_gamma", Parameter("alpha", POSITIVE), Parameter("beta", POSITIVE)),),
            "The distribution of 1/x with x gamma with shape `alpha` and rate `beta`.",
        ),
        Family(
            "Exponential",
            NONNEGATIVE,
            (
                _standard("exponential", Parameter("beta", POSITIVE, "rate")),
                Parameterization(
                    "log", (_location("log"),), "exponential", (_call("exp", _minus(Ref("log"))),), link="log"
                ),
            ),
            "The exponential distribution with rate `beta`; or with the log of its mean (`log=`).",
        ),
        Family(
            "Weibull",
            NONNEGATIVE,
            (_standard("weibull", Parameter("alpha", POSITIVE), _scale()),),
            "The Weibull distribution with shape `alpha` and scale `sigma`.",
        ),
        Family(
            "Beta",
            OPEN_UNIT,
            (
                _standard("beta", Parameter("alpha", POSITIVE), Parameter("beta", POSITIVE)),
                Parameterization(
                    "mean",
                    (_location("mean", OPEN_UNIT), Parameter("concentration", POSITIVE)),
                    "beta_proportion",
                    _refs("mean", "concentration"),
                ),
                Parameterization(
                    "logit",
                    (_location("logit"), Parameter("concentration", POSITIVE)),
                    "beta_proportion",
                    (_call("inv_logit", Ref("logit")), Ref("concentration")),
                    link="logit",
                ),
            ),
            "The beta distribution with shapes `alpha` and `beta`; or with `mean=` (or its `logit=`) and"
            " `concentration` (the sum of the two shapes).",
        ),
        Family(
            "Uniform",
            REAL,
            (_standard("uniform", Parameter("alpha", REAL), Parameter("beta", REAL)),),
            "The uniform distribution from `alpha` to `beta`.",
            bounds=("alpha", "beta"),
        ),
        Family(
            "HalfNormal",
            NONNEGATIVE,
            (_half("normal", _scale()),),
            "The normal distribution with mean 0 and sd `sigma`, folded at 0.",
            half=True,
        ),
        Family(
            "HalfCauchy",
            NONNEGATIVE,
            (_half("cauchy", _scale()),),
            "The Cauchy distribution with location 0 and scale `sigma`, folded at 0.",
            half=True,
        ),
        Family(
            "HalfStudentT",
            NONNEGATIVE,
            (_half("student_t", _NU, _scale()),),
            "Student's t with `nu` degrees of freedom, location 0 and scale `sigma`, folded at 0.",
            half=True,
        ),
        Family(
            "Bernoulli",
            BINARY,
            (
                _standard("bernoulli", _location("theta", UNIT)),
                Parameterization(
                    "logit",
                    (_location("logit"),),
                    "bernoulli_logit",
                    _refs("logit"),
                    "bernoulli_logit_glm",
                    "logit",
                ),
            ),
            "0 or 1, with probability `theta` of 1, or with its log odds `logit=`.",
            latent=False,
        ),
        Family(
            "Binomial",
            COUNT,
            (
                _standard("binomial", _TRIALS, _location("theta", UNIT)),
                Parameterization(
                    "logit",
                    (_TRIALS, _location("logit")),
                    "binomial_logit",
                    _refs("trials", "logit"),
                    "binomial_logit_glm",
                    "logit",
                ),
            ),
            "Successes among `trials`, with probability `theta` of each, or its log odds `logit=`.",
            latent=False,
        ),
        Family(
            "BetaBinomial",
            COUNT,
            (
                _standard(
                    "beta_binomial", _TRIALS, Parameter("alpha", POSITIVE), Parameter("beta", POSITIVE)
                ),
                Parameterization(
                    "mean",
                    (_TRIALS, _location("mean", OPEN_UNIT), Parameter("concentration", POSITIVE)),
                    "beta_binomial",
                    (
                        Ref("trials"),
                        _times(Ref("mean"), Ref("concentration")),
                        _times(_complement(Ref("mean")), Ref("concentration")),
                    ),
                ),
                Parameterization(
                    "logit",
                    (_TRIALS, _location("logit"), Parameter("concentration", POSITIVE)),
                    "beta_binomial",
                    (
                        Ref("trials"),
                        _times(_call("inv_logit", Ref("logit")), Ref("concentration")),
                        _times(_call("inv_logit", _minus(Ref("logit"))), Ref("concentration")),
                    ),
                    link="logit",
                ),
            ),
            "Successes among `trials` whose probability is beta with shapes `alpha` and `beta`; or with"
            " `mean=` (or its `logit=`) and `concentration`.",
            latent=False,
        ),
        Family(
            "Poisson",
            COUNT,
            (
                _standard("poisson", _location("rate", NONNEGATIVE)),
                Parameterization(
                    "log", (_location("log"),), "poisson_log", _refs("log"), "poisson_log_glm", "log"
                ),
            ),
            "A count with mean `rate`, or with the log of its mean, `log=`.",
            latent=False,
        ),
        Family(
            "NegBinomial",
            COUNT,
            (
                _standard("neg_binomial_2", _location("mu", POSITIVE), Parameter("shape", POSITIVE)),
                Parameterization(
                    "log",
                    (_location("log"), Parameter("shape", POSITIVE)),
                    "neg_binomial_2_log",
                    _refs("log", "shape"),
                    "neg_binomial_2_log_glm",
                    "log",
                ),
            ),
            "A count with mean `mu` (or its `log=`) and variance mu + mu^2 / `shape`.",
            latent=False,
        ),
        Family(
            "Categorical",
            POSITIVE_COUNT,
            (
                _standard("categorical", _location("theta", SIMPLEX)),
                Parameterization(
                    "logit", (_location("logit", VECTOR),), "categorical_logit", _refs("logit"), link="logit"
                ),
            ),
            "One of several categories, with probabilities `theta`, or with log odds `logit=` (one per"
            " category, up to a common constant).",
            latent=False,
        ),
        Family(
            "OrderedLogistic",
            POSITIVE_COUNT,
            (
                Parameterization(
                    "",
                    (_location("eta"), Parameter("cutpoints", ORDERED_VECTOR)),
                    "ordered_logistic",
                    _refs("eta", "cutpoints"),
                    "ordered_logistic_glm",
                    "logit",
                ),
            ),
            "One of several ordered categories: category k lies between cutpoints k - 1 and k of a logistic"
            " variable with location `eta`.",
            latent=False,
        ),
        Family(
            "MultiNormal",
            VECTOR,
            (
                Parameterization(
                    "",
                    (
                        _location("mu", VECTOR),
                        Parameter("sigma", POSITIVE_VECTOR, "scale"),
                        Parameter("corr", CHOLESKY),
                    ),
                    "multi_normal_cholesky",
                    _refs("mu", "sigma", "corr"),
                ),
            ),
            "Several normal variables per unit with means `mu`, standard deviations `sigma` and correlations"
            " `corr`.",
            location_scale=("mu", "sigma"),
        ),
        Family(
            "LKJCholesky",
            CHOLESKY,
            (_standard("lkj_corr_cholesky", Parameter("eta", POSITIVE)),),
            "A correlation matrix with density proportional to its determinant to the power `eta` - 1.",
            observable=False,
        ),
        Family(
            "Dirichlet",
            SIMPLEX,
            (_standard("dirichlet", Parameter("alpha", POSITIVE_VECTOR)),),
            "Probabilities that sum to 1, with concentrations `alpha`.",
        ),
    )
}
