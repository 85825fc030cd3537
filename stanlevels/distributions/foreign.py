"""Families by the names of brms, lme4, glmmTMB and Bambi: which rows they are, and their arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from stanlevels.distributions.composed import WRAPPERS
from stanlevels.distributions.table import FAMILIES

__all__ = ["INVERTED", "OF_FUNCTIONS", "REFUSED", "Foreign", "foreign", "foreign_names"]


@dataclass(frozen=True)
class Foreign:
    """A family of another package.

    Attributes
    ----------
    rows : tuple of str
        The rows of the table that it may be, by its link.
    link : str
        The link that it has where none is said.
    arguments : mapping
        Its parameters beside the mean, and what they are called here.
    location : str
        The argument that its predictor goes to, where that is not the location.
    known : mapping
        Arguments that are numbers in it.
    turned : bool
        Whether the predictor is the logarithm of one over what the row has.
    spread : str
        Its parameter that the variance is so many means of, where the row has another shape.
    wrapper : str
        The distribution that it stands in: a key of the wrappers, "" for none.
    cut : str
        The argument that stands for thresholds.
    ordered : bool
        Whether thresholds increase, and cannot depend on covariates.
    counts : bool
        Whether its outcome counts categories, in a column each.
    single : str
        The row of an outcome without a number of trials.
    """

    rows: tuple[str, ...]
    link: str = "identity"
    arguments: Mapping[str, str] = field(default_factory=dict)
    location: str = ""
    known: Mapping[str, float] = field(default_factory=dict)
    turned: bool = False
    spread: str = ""
    wrapper: str = ""
    cut: str = ""
    ordered: bool = False
    counts: bool = False
    single: str = ""

    @property
    def parameters(self) -> tuple[str, ...]:
        """What may have a formula beside the mean."""
        return tuple(self.arguments)


_SIGMA = {"sigma": "sigma"}
_SHAPE = {"shape": "shape"}
_PHI = {"phi": "concentration"}
_FOREIGN: Mapping[str, Foreign] = {
    **dict.fromkeys(("gaussian", "normal"), Foreign(("Normal",), arguments=_SIGMA)),
    **dict.fromkeys(("student", "t", "t_family"), Foreign(("StudentT",), arguments={**_SIGMA, "nu": "nu"})),
    "lognormal": Foreign(("LogNormal",), arguments=_SIGMA),
    "cauchy": Foreign(("Cauchy",), arguments=_SIGMA),
    "laplace": Foreign(("Laplace",), arguments=_SIGMA),
    "logistic": Foreign(("Logistic",), arguments=_SIGMA),
    "skew_normal": Foreign(("SkewNormal",), arguments={**_SIGMA, "alpha": "alpha"}),
    "exgaussian": Foreign(("ExGaussian",), arguments={**_SIGMA, "beta": "tau"}),
    **dict.fromkeys(
        ("asym_laplace", "asymmetriclaplace"),
        Foreign(("AsymmetricLaplace",), arguments={**_SIGMA, "quantile": "quantile"}),
    ),
    "gumbel": Foreign(("Gumbel",), arguments=_SIGMA),
    **dict.fromkeys(("von_mises", "vonmises"), Foreign(("VonMises",), "tan_half", {"kappa": "kappa"})),
    "gen_extreme_value": Foreign(("GeneralizedExtremeValue",), arguments={**_SIGMA, "xi": "xi"}),
    "shifted_lognormal": Foreign(("ShiftedLogNormal",), arguments={**_SIGMA, "ndt": "shift"}),
    "wiener": Foreign(
        ("Wiener",), arguments={"bs": "boundary", "ndt": "delay", "bias": "bias"}, location="drift"
    ),
    "multinomial": Foreign(("Multinomial",), "logit", counts=True),
    "dirichlet_multinomial": Foreign(("DirichletMultinomial",), "logit", _PHI, counts=True),
    "gamma": Foreign(("Gamma",), "inverse", _SHAPE),
    "exponential": Foreign(("Exponential",), "log", turned=True),
    "weibull": Foreign(("Weibull",), "log", {"shape": "alpha"}, location="sigma"),
    "frechet": Foreign(("Frechet",), "log", {"nu": "alpha"}, location="sigma"),
    "tweedie": Foreign(("Tweedie",), "log", {"phi": "dispersion", "power": "power"}),
    **dict.fromkeys(
        ("inverse.gaussian", "inverse_gaussian", "wald"), Foreign(("InverseGaussian",), "1/mu^2", _SHAPE)
    ),
    **dict.fromkeys(("beta", "beta_family"), Foreign(("Beta",), "logit", _PHI)),
    "bernoulli": Foreign(("Bernoulli",), "logit"),
    "binomial": Foreign(("Binomial",), "logit", single="Bernoulli"),
    **dict.fromkeys(("beta_binomial", "betabinomial"), Foreign(("BetaBinomial",), "logit", _PHI)),
    "poisson": Foreign(("Poisson",), "log"),
    **dict.fromkeys(
        ("negbinomial", "nbinom2", "neg_binomial_2", "negativebinomial", "negative.binomial", "negbin"),
        Foreign(("NegBinomial",), "log", _SHAPE),
    ),
    "nbinom1": Foreign(("NegBinomial",), "log", {"phi": "shape"}, spread="phi"),
    "geometric": Foreign(("NegBinomial",), "log", known={"shape": 1}),
    "com_poisson": Foreign(("ConwayMaxwellPoisson",), "log", _SHAPE),
    "genpois": Foreign(("GeneralizedPoisson",), "log", {"phi": "dispersion"}),
    "categorical": Foreign(("Categorical",), "logit"),
    "cumulative": Foreign(
        ("OrderedLogistic", "OrderedProbit"), "logit", {"disc": "scale"}, cut="cutpoints", ordered=True
    ),
    **dict.fromkeys(("sratio", "cratio"), Foreign(("StoppingRatio",), "logit", cut="cutpoints")),
    "acat": Foreign(("AdjacentCategories",), "logit", cut="cutpoints"),
}
_PREFIXES = {
    "zero_inflated_": (("ZeroInflated", "Hurdle"), {"zi": "zero"}),
    "hurdle_": (("Hurdle",), {"hu": "zero"}),
    "zero_one_inflated_": (("ZeroOneInflated",), {"zoi": "ends", "coi": "one"}),
}
"""What stands before the name of a family: the wrappers that it may mean, and the parameters it brings."""
INVERTED = ("disc",)
"""Parameters that are one over what they are here."""

_COUNTS_ONLY = "a count that is never 0 is the distribution with lower=1"

OF_FUNCTIONS: Mapping[str, str] = {
    **dict.fromkeys(("glmer.nb", "stan_glmer.nb", "stan_glm.nb", "glm.nb"), "negbinomial"),
    **dict.fromkeys(("betareg", "stan_betareg"), "Beta"),
    **dict.fromkeys(("polr", "stan_polr", "clm", "clmm"), "cumulative"),
}
"""The families of functions of R that have one of their own."""

REFUSED: Mapping[str, str] = {
    "quasibinomial": "a likelihood: family='beta_binomial' has the same mean and a variance of its own",
    "quasipoisson": "a likelihood: family='nbinom1' has the same mean and a variance of its own",
    "quasi": "a likelihood: choose a family with the variance that is meant",
    **dict.fromkeys(
        ("discrete_weibull", "xbeta", "hypergamma"),
        "a row here so far: a distribution with a Stan density of its own is sl.Family(...)",
    ),
    "compois": "written by its mean here: family='com_poisson' has the same counts, by their mode",
    "cox": "a family here: sl.episodes splits times, and Poisson counts of events are hazards in pieces",
    **dict.fromkeys(("truncated_poisson", "truncated_nbinom2"), f"needed: {_COUNTS_ONLY}"),
}
"""Families that have no row, and what to do."""


def foreign(name: str) -> Foreign | None:
    """The family of that name in other packages; None where there is none, or its row is not there.

    Examples
    --------
    >>> foreign("negbinomial").rows, foreign("hurdle_lognormal").wrapper, foreign("nonsense")
    (('NegBinomial',), 'Hurdle', None)
    """
    plain = name.lower()
    for prefix, (wrappers, parameters) in _PREFIXES.items():
        base = foreign(plain.removeprefix(prefix)) if plain.startswith(prefix) else None
        if base is not None:
            row = FAMILIES[base.rows[0]]
            able = [name for name in wrappers if not WRAPPERS[name].refuses(row)]
            link = "log" if base.link == "inverse" else base.link
            more = {**base.arguments, **parameters}
            return replace(base, wrapper=(able or wrappers)[0], arguments=more, link=link)
    found = _FOREIGN.get(plain)
    return found if found is not None and set(found.rows) & set(FAMILIES) else None


def foreign_names() -> list[str]:
    """Every name that has a row."""
    plain = [name for name in _FOREIGN if foreign(name)]
    whole = [row for row in plain if _FOREIGN[row].rows[0] in FAMILIES]
    wrapped = [
        f"{prefix}{name}"
        for prefix, (wrappers, _) in _PREFIXES.items()
        for name in whole
        if any(not WRAPPERS[each].refuses(FAMILIES[_FOREIGN[name].rows[0]]) for each in wrappers)
    ]
    return [*plain, *wrapped]
