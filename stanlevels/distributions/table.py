"""The table of distributions: one row each.

To add a distribution, add one row to `FAMILIES` and export its callable in
`stanlevels/language/distributions.py`; every room reads this table.
"""

from __future__ import annotations

from stanlevels.distributions import means
from stanlevels.distributions.family import Default, Family, Mean, Parameter, Parameterization
from stanlevels.distributions.supports import (
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
from stanlevels.graph import Call, Expr, Number, Op, Ref

__all__ = ["FAMILIES", "Family", "Parameter", "Parameterization"]

_CENTER = Default(center=True)
_SPREAD = Default(1, 1)
_WIDE = Default(2.5, 1)  # rstanarm's and brms's habit for weakly informative priors


def _location(name: str = "mu", support: Support = REAL, default: Default | None = _CENTER) -> Parameter:
    return Parameter(name, support, "location", default)


def _scale(default: Default = _WIDE) -> Parameter:
    return Parameter("sigma", POSITIVE, "scale", default)


def _shape(name: str, default: Default | None = None, support: Support = POSITIVE) -> Parameter:
    return Parameter(name, support, "shape", default)


def _standard(stan: str, *parameters: Parameter, glm: str = "", mean: Mean | None = None) -> Parameterization:
    arguments = _refs(*(p.name for p in parameters))
    return Parameterization("", parameters, stan, arguments, glm, mean=mean)


def _half(stan: str, mean: Mean, *parameters: Parameter) -> Parameterization:
    *before, scale = _refs(*(p.name for p in parameters))
    return Parameterization("", parameters, stan, (*before, Number(0), scale), mean=mean)


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


_NU = _shape("nu", Default(3))
_TRIALS = Parameter("trials", COUNT, "data")

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Family(
            "Normal",
            REAL,
            (_standard("normal", _location(), _scale(), glm="normal_id_glm", mean=means.location),),
            "The normal distribution with mean `mu` and standard deviation `sigma`.",
            location_scale=("mu", "sigma"),
        ),
        Family(
            "StudentT",
            REAL,
            (_standard("student_t", _NU, _location(), _scale(), mean=means.location),),
            "Student's t with `nu` degrees of freedom, location `mu` and scale `sigma`.",
            location_scale=("mu", "sigma"),
        ),
        Family(
            "Cauchy",
            REAL,
            (_standard("cauchy", _location(), _scale(), mean=means.location),),
            "The Cauchy distribution with location `mu` and scale `sigma`.",
            location_scale=("mu", "sigma"),
        ),
        Family(
            "Laplace",
            REAL,
            (_standard("double_exponential", _location(), _scale(), mean=means.location),),
            "The Laplace (double exponential) distribution with location `mu` and scale `sigma`.",
            location_scale=("mu", "sigma"),
        ),
        Family(
            "Logistic",
            REAL,
            (_standard("logistic", _location(), _scale(), mean=means.location),),
            "The logistic distribution with location `mu` and scale `sigma`.",
            location_scale=("mu", "sigma"),
        ),
        Family(
            "LogNormal",
            POSITIVE,
            (
                _standard(
                    "lognormal", _location(default=Default(0)), _scale(Default(1)), mean=means.lognormal
                ),
            ),
            "The distribution of exp(x) with x normal with mean `mu` and sd `sigma`.",
        ),
        Family(
            "Gamma",
            POSITIVE,
            (
                _standard(
                    "gamma", _shape("alpha", Default(2)), _shape("beta", Default(2, -1)), mean=means.gamma
                ),
                Parameterization(
                    "log",
                    (_location("log", default=Default(0)), _shape("shape", Default(2))),
                    "gamma",
                    (Ref("shape"), _times(Ref("shape"), _call("exp", _minus(Ref("log"))))),
                    link="log",
                    mean=means.exp_log,
                ),
            ),
            "The gamma distribution with shape `alpha` and rate `beta`; or with the log of its mean"
            " (`log=`) and `shape`.",
        ),
        Family(
            "InverseGamma",
            POSITIVE,
            (
                _standard(
                    "inv_gamma",
                    _shape("alpha", Default(3)),
                    _shape("beta", Default(2, 1)),
                    mean=means.inverse_gamma,
                ),
            ),
            "The distribution of 1/x with x gamma with shape `alpha` and rate `beta`.",
        ),
        Family(
            "Exponential",
            NONNEGATIVE,
            (
                _standard(
                    "exponential", Parameter("beta", POSITIVE, "rate", Default(1, -1)), mean=means.exponential
                ),
                Parameterization(
                    "log",
                    (_location("log", default=Default(0)),),
                    "exponential",
                    (_call("exp", _minus(Ref("log"))),),
                    link="log",
                    mean=means.exp_log,
                ),
            ),
            "The exponential distribution with rate `beta`; or with the log of its mean (`log=`).",
        ),
        Family(
            "Weibull",
            NONNEGATIVE,
            (_standard("weibull", _shape("alpha", Default(1)), _scale(_SPREAD), mean=means.weibull),),
            "The Weibull distribution with shape `alpha` and scale `sigma`.",
        ),
        Family(
            "Beta",
            OPEN_UNIT,
            (
                _standard("beta", _shape("alpha", Default(1)), _shape("beta", Default(1)), mean=means.beta),
                Parameterization(
                    "mean",
                    (_location("mean", OPEN_UNIT, Default(0.5)), _shape("concentration", Default(2))),
                    "beta_proportion",
                    _refs("mean", "concentration"),
                    mean=means.itself,
                ),
                Parameterization(
                    "logit",
                    (_location("logit", default=Default(0)), _shape("concentration", Default(2))),
                    "beta_proportion",
                    (_call("inv_logit", Ref("logit")), Ref("concentration")),
                    link="logit",
                    mean=means.inv_logit,
                ),
            ),
            "The beta distribution with shapes `alpha` and `beta`; or with `mean=` (or its `logit=`) and"
            " `concentration` (the sum of the two shapes).",
        ),
        Family(
            "Uniform",
            REAL,
            (_standard("uniform", Parameter("alpha", REAL), Parameter("beta", REAL), mean=means.uniform),),
            "The uniform distribution from `alpha` to `beta`.",
            bounds=("alpha", "beta"),
        ),
        Family(
            "HalfNormal",
            NONNEGATIVE,
            (_half("normal", means.half_normal, _scale(_SPREAD)),),
            "The normal distribution with mean 0 and sd `sigma`, folded at 0.",
            half=True,
        ),
        Family(
            "HalfCauchy",
            NONNEGATIVE,
            (_half("cauchy", means.none, _scale(_SPREAD)),),
            "The Cauchy distribution with location 0 and scale `sigma`, folded at 0.",
            half=True,
        ),
        Family(
            "HalfStudentT",
            NONNEGATIVE,
            (_half("student_t", means.half_student, _NU, _scale(_SPREAD)),),
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
                        _location("mu", VECTOR, Default(0)),
                        Parameter("sigma", POSITIVE_VECTOR, "scale", _WIDE),
                        Parameter("corr", CHOLESKY),
                    ),
                    "multi_normal_cholesky",
                    _refs("mu", "sigma", "corr"),
                    mean=means.location,
                ),
            ),
            "Several normal variables per unit with means `mu`, standard deviations `sigma` and correlations"
            " `corr`.",
            location_scale=("mu", "sigma"),
        ),
        Family(
            "LKJCholesky",
            CHOLESKY,
            (_standard("lkj_corr_cholesky", _shape("eta", Default(2))),),
            "A correlation matrix with density proportional to its determinant to the power `eta` - 1.",
            observable=False,
        ),
        Family(
            "Dirichlet",
            SIMPLEX,
            (_standard("dirichlet", _shape("alpha", Default(1), POSITIVE_VECTOR), mean=means.simplex),),
            "Probabilities that sum to 1, with concentrations `alpha`.",
        ),
    )
}
