"""Names that the package does not have: what a person most likely means."""

from __future__ import annotations

from collections.abc import Iterable

from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DeclarationError
from stanlevels.words import nearest

__all__ = ["UnknownName", "unknown_name"]

_NO_FLAT = (
    "there is no flat prior: over an unbounded line it is no distribution, and the posterior may be none"
    " either; leave the prior open (sl.Normal(), sl.HalfNormal()), which scales it to the data, write a wide"
    " one such as sl.Normal(0, 100), or fit by method='mle', which has no priors"
)
_ORDINAL = "an outcome in order is sl.OrderedLogistic(eta, cutpoints), or sl.OrderedProbit(eta, cutpoints)"
_STEPS = "steps from one category to the next are sl.StoppingRatio(eta, cutpoints)"
_NEIGHBOURS = "log odds of each category against the one before it are sl.AdjacentCategories(eta, cutpoints)"
_FACTOR = "the units of a column are sl.Level(), its categories sl.data('column', categorical=True)"
_COLUMN = "a column is sl.data('column'), several are sl.covariates('a', 'b')"
_OBSERVED = "an outcome is a line with data: y = sl.Normal(mu, sigma, observed=True)"
_UNKNOWN = "what is unknown is a line with its distribution: b = sl.Normal(0, 1)"
_FORMULA = "a formula as a model: sl.formula('y ~ x + (1 | g)', df, family='poisson')"
_SERIES = "what comes before is no quantity here, but its column can be: sl.data('previous')"
_WALK = "a random walk over the units of a level is sl.RandomWalk(sd, over=week)"
_PROCESS = "a stationary process over the units of a level is sl.AR1(rho, sd, over=week)"
_BRANCH = "a model has no branches: compute the column in the data, df['new'] = ..., and use sl.data('new')"
_MEANT = {
    "Flat": _NO_FLAT,
    "HalfFlat": _NO_FLAT,
    "Improper": _NO_FLAT,
    "ImproperUniform": _NO_FLAT,
    "Deterministic": "a named expression is a quantity: write name = a + b",
    "Data": "a column is sl.data('column')",
    "ConstantData": "a column is sl.data('column'), a number sl.Constant(2)",
    "Potential": "a line with observed=True adds its log density; there is no other way to add one",
    "NegativeBinomial": "it is called sl.NegBinomial(mu, shape)",
    "MvNormal": "it is called sl.MultiNormal(means, sds, corr)",
    "MultivariateNormal": "it is called sl.MultiNormal(means, sds, corr)",
    "LKJCorr": "it is called sl.LKJCholesky(eta, dim=2)",
    "LKJ": "it is called sl.LKJCholesky(eta, dim=2)",
    "LKJCholeskyCov": "write sl.MultiNormal(means, sds, corr) with corr = sl.LKJCholesky(2, dim=2)",
    "HalfT": "it is called sl.HalfStudentT(nu, sigma)",
    "ChiSquared": "it is sl.Gamma(nu / 2, 0.5)",
    "T": "it is called sl.StudentT(nu, mu, sigma)",
    **dict.fromkeys(("Gaussian", "gauss"), "it is called sl.Normal(mu, sigma)"),
    **dict.fromkeys(("Cumulative", "cumulative", "ordinal", "Ordinal"), _ORDINAL),
    **dict.fromkeys(("ordered", "Ordered"), _ORDINAL),
    **dict.fromkeys(("Sequential", "sratio", "SRatio", "cratio", "ContinuationRatio"), _STEPS),
    **dict.fromkeys(("acat", "AdjacentCategory", "Adjacent"), _NEIGHBOURS),
    **dict.fromkeys(("Group", "group", "Grouping", "units"), "the units of a column are sl.Level()"),
    **dict.fromkeys(("Factor", "factor", "C", "Cat", "category", "Category", "Dummy", "dummies"), _FACTOR),
    **dict.fromkeys(("column", "Column", "col", "Covariate", "covariate", "Predictor", "df"), _COLUMN),
    **dict.fromkeys(("Observed", "observed", "Outcome", "Response", "Likelihood", "obs"), _OBSERVED),
    **dict.fromkeys(("Intercept", "intercept"), "an intercept is a quantity: a = sl.Normal()"),
    **dict.fromkeys(("Slope", "Coefficient", "coefficient"), "a slope is a quantity: b = sl.Normal()"),
    **dict.fromkeys(("Param", "Parameter", "parameter", "Var", "Variable", "RandomVariable"), _UNKNOWN),
    **dict.fromkeys(("Prior", "prior"), _UNKNOWN),
    **dict.fromkeys(("Formula", "from_formula", "lmer", "glmer", "brm", "bf"), _FORMULA),
    **dict.fromkeys(("sample", "sampling", "fit"), "fit a model by its class: Model.fit(df)"),
    **dict.fromkeys(("save", "dump", "saveRDS"), "a fit is saved by its own verb: fit.save('fit.zip')"),
    **dict.fromkeys(("read", "readRDS", "from_netcdf", "loads"), "a saved fit is sl.load('fit.zip')"),
    **dict.fromkeys(("bind",), "bind data to a model by its class: Model.bind(df)"),
    **dict.fromkeys(("summary", "plot_trace"), "read a fit: fit.summary(), fit.effects('A'), fit.idata"),
    **dict.fromkeys(("lag", "lags"), _SERIES),
    **dict.fromkeys(("GaussianRandomWalk", "random_walk", "rw", "rw1"), _WALK),
    **dict.fromkeys(("AR", "ar", "ar1", "OU", "ou", "OrnsteinUhlenbeck", "arma"), _PROCESS),
    **dict.fromkeys(("sum",), "write a + b, or Python's own sum([a, b, c])"),
    **dict.fromkeys(("dot", "matmul", "mm"), "write b @ X with b = sl.Normal(0, 1, over=X)"),
    **dict.fromkeys(("min", "max", "minimum", "maximum", "where", "switch", "clip", "floor"), _BRANCH),
    **dict.fromkeys(("sigmoid", "expit", "invlogit", "ilogit"), "it is called sl.inv_logit"),
    **dict.fromkeys(("probit", "inv_probit", "invprobit"), "the inverse of the probit is sl.Phi"),
    **dict.fromkeys(("cloglog",), "the inverse of the complementary log-log is sl.inv_cloglog"),
    **dict.fromkeys(("softmax",), "write sl.Categorical(logit=[...]), an entry per category"),
    **dict.fromkeys(("pow", "power"), "write x ** 2"),
    **dict.fromkeys(("log10",), "write sl.log(x) / sl.log(10)"),
    **dict.fromkeys(("log2",), "write sl.log(x) / sl.log(2)"),
    **dict.fromkeys(("exp2",), "write 2 ** x"),
    **dict.fromkeys(("tan",), "write sl.sin(x) / sl.cos(x)"),
}
"""What other packages have, and what to write here."""


class UnknownName(DeclarationError, AttributeError):
    """A name of the package that there is not; also an AttributeError, as Python has it."""


def unknown_name(name: str, known: Iterable[str]) -> UnknownName:
    """The error for ``sl.name``.

    Examples
    --------
    >>> print(unknown_name("Nromal", ["Normal", "Gamma"]))
    stanlevels has no 'Nromal'
      way out:  did you mean sl.Normal?
    """
    names = list(known)
    if name in _MEANT:
        return UnknownName(f"stanlevels has no {name!r}", way_out=_MEANT[name])
    if near := nearest(name, names):
        return UnknownName(
            f"stanlevels has no {name!r}", way_out=f"did you mean {' or '.join(f'sl.{n}' for n in near)}?"
        )
    families = ", ".join(sorted(other for other in names if other in FAMILIES))
    return UnknownName(
        f"stanlevels has no {name!r}",
        expected=f"a distribution ({families}) or a function (sl.exp, sl.log, ...)",
    )
