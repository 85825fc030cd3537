"""Small models that together cover every block of the program and every form of a density.

Each binds to the fixture `frame` of tests/conftest.py, by `bind`.
"""

from __future__ import annotations

from typing import Any

import stanlevels as sl
from stanlevels.bound_model import BoundModel

MODELS: dict[str, type[sl.Model]] = {}
PLANS: dict[str, sl.Plan] = {}


def bind(name: str, frame: Any) -> BoundModel:
    """A model with data, by the plan that it is here for."""
    bound: BoundModel = MODELS[name].bind(frame, plan=PLANS.get(name))
    return bound


def keep(model: type[sl.Model]) -> type[sl.Model]:
    """File a model under its name."""
    MODELS[model.__name__] = model
    return model


class Base(sl.Model):
    school = sl.Level()
    room = sl.Level(within=school)
    region = sl.Level()


# --- scalars and expressions -----------------------------------------------------------------------


@keep
class Mean(sl.Model):
    """One mean, one standard deviation."""

    mu = sl.Normal(0, 10)
    sigma = sl.HalfNormal(5)
    y = sl.Normal(mu, sigma, observed=True)


@keep
class OpenPriors(sl.Model):
    a = sl.Normal()
    b = sl.Normal()
    y = sl.Normal(a + b * sl.data("x"), observed=True)


@keep
class OpenCoefficients(sl.Model):
    """An open intercept beside a set of covariates."""

    X = sl.covariates("x", "z")
    a = sl.Normal()
    b = sl.Normal(over=X)
    y = sl.Normal(a + b @ X, observed=True)


@keep
class OneSharedColumn(sl.Model):
    """Categories whose log odds share one column."""

    a, b, c = sl.Normal(0, 1), sl.Normal(0, 1), sl.Normal(0, 1)
    choice = sl.Categorical(logit=[0, a + b * sl.data("x"), c * sl.data("x")], observed="choice")


@keep
class Arithmetic(sl.Model):
    """Every operator and function, with scalars, columns and quantities over rows."""

    a = sl.Normal(0, 1)
    s = sl.HalfNormal(1)
    c = sl.Constant(2)
    e = sl.Normal(0, 1, over=sl.rows)
    both = a / s - s**-c + 3 / c
    rowwise = e * sl.data("x") / (1 + sl.square(sl.data("z"))) - -(e**2) + 2 ** sl.data("x")
    bounded = sl.inv_logit(e) + sl.Phi(a) + sl.inv_cloglog(a) + sl.tanh(e) + sl.sin(e) + sl.cos(a)
    grown = (
        sl.exp(a)
        + sl.log(s)
        + sl.log1p(s)
        + sl.sqrt(s)
        + sl.abs(a)
        + sl.expm1(a)
        + sl.logit(sl.data("share"))
    )
    y = sl.Normal(both + rowwise + bounded + grown, s, observed=True)


@keep
class KnownExpressions(sl.Model):
    """Named expressions of columns and constants alone go to the transformed data."""

    scale = sl.Constant(3)
    half = scale / 2
    centred = sl.data("x") - half
    b = sl.Normal(0, 1)
    mean = b * centred
    y = sl.Normal(mean, half, observed=True)


@keep
class NumericalNoise(sl.Model):
    """Scalars with forms of their own, and numbers with many digits."""

    a = sl.Normal(0.1234567890123, 1e-7, centered=False)
    t = sl.StudentT(3, 0, 2.5)
    u = sl.Uniform(-1, 1)
    v = sl.Uniform(u, 2)
    y = sl.Normal(a + t + u + v, 1, observed=True)


# --- levels ------------------------------------------------------------------------------------------


@keep
class Nested(Base):
    overall = sl.Normal(0, 1)
    school_sd = sl.HalfNormal(1)
    room_sd = sl.HalfNormal(1)
    of_school = sl.Normal(overall, school_sd, over=Base.school, centered=False)
    of_room = sl.Normal(of_school, room_sd, over=Base.room, centered=True)
    y = sl.Normal(of_room, 1, observed=True)


@keep
class Crossed(Base):
    sd = sl.HalfNormal(1)
    of_school = sl.Normal(sigma=sd, over=Base.school)
    of_region = sl.Normal(over=Base.region)
    y = sl.Normal(of_school + of_region, 1, observed=True)


@keep
class Families(Base):
    """The other location-scale families, each in both forms."""

    s = sl.HalfNormal(1)
    t = sl.StudentT(4, 0, s, over=Base.school, centered=True)
    t_raw = sl.StudentT(4, 1, s, over=Base.school, centered=False)
    cauchy = sl.Cauchy(0, s, over=Base.school, centered=True)
    cauchy_raw = sl.Cauchy(t, s, over=Base.school, centered=False)
    laplace = sl.Laplace(0, s, over=Base.school, centered=True)
    laplace_raw = sl.Laplace(0, s, over=Base.room, centered=False)
    logistic = sl.Logistic(0, s, over=Base.school, centered=True)
    logistic_raw = sl.Logistic(t, sl.exp(t), over=Base.room, centered=False)
    y = sl.Normal(
        t + t_raw + cauchy + cauchy_raw + laplace + laplace_raw + logistic + logistic_raw, s, observed=True
    )


@keep
class PositiveUnits(Base):
    """Families of bounded support over units."""

    half_normal = sl.HalfNormal(1, over=Base.school)
    half_cauchy = sl.HalfCauchy(half_normal, over=Base.room)
    half_t = sl.HalfStudentT(3, 1, over=Base.school)
    gamma = sl.Gamma(2, 1, over=Base.school)
    gamma_mean = sl.Gamma(log=0, shape=2, over=Base.school)
    inverse = sl.InverseGamma(3, 2, over=Base.school)
    exponential = sl.Exponential(1, over=Base.school)
    exponential_mean = sl.Exponential(log=0.5, over=Base.school)
    weibull = sl.Weibull(2, 1, over=Base.school)
    lognormal = sl.LogNormal(0, 1, over=Base.school)
    beta = sl.Beta(2, 2, over=Base.school)
    beta_mean = sl.Beta(mean=beta, concentration=5, over=Base.room)
    uniform = sl.Uniform(0, gamma, over=Base.school)
    mean = half_normal + half_cauchy + half_t + gamma + gamma_mean + inverse + exponential
    y = sl.Normal(
        mean + exponential_mean + weibull + lognormal + beta + beta_mean + uniform, 1, observed=True
    )


@keep
class Roads(sl.Model):
    """One level reached through two columns, also by an expression and by a component."""

    team = sl.Level("home")
    home = sl.Level("home", of=team)
    away = sl.Level("away", of=team)
    k = sl.Index(["attack", "defence"])
    strength = sl.Normal(over=team)
    skill = sl.Normal(0, 1, over=(team, k))
    noise = sl.exp(strength / 4)
    edge = skill[home]["attack"] - skill[away]["defence"]
    y = sl.Normal(strength[home] - strength[away] + edge, noise[home], observed=True)


@keep
class Pairs(Base):
    """A quantity for every pair of units of two levels."""

    sd = sl.HalfNormal(1)
    of_region = sl.Normal(0, 1, over=Base.region)
    pair = sl.Normal(of_region, sd, over=(Base.school, Base.region))
    half = of_region / 2
    y = sl.Normal(pair + half, 1, observed=True)


@keep
class UnitCovariates(Base):
    """A covariate at the level of the line that uses it, directly and through expressions."""

    b = sl.Normal(0, 1)
    c = sl.Normal(0, 1)
    part = b * sl.data("size")
    whole = part + c
    of_school = sl.Normal(whole, 1, over=Base.school)
    y = sl.Normal(of_school + c * sl.data("x"), 1, observed=True)


@keep
class Rowwise(sl.Model):
    """Observation-level effects and a latent covariate."""

    sd = sl.HalfNormal(1)
    b = sl.Normal(0, 1)
    e = sl.Normal(0, sd, over=sl.rows)
    truth = sl.Normal(0, 1, over=sl.rows)
    x = sl.Normal(truth, sl.data("se"), observed=True)
    count = sl.Poisson(log=b * truth + e, observed=True)


# --- components ----------------------------------------------------------------------------------------


@keep
class Slopes(Base):
    intercept = sl.Normal(0, 1)
    slope = sl.Normal(0, 1)
    sd0 = sl.HalfNormal(1)
    sd1 = sl.HalfNormal(1)
    corr = sl.LKJCholesky(2, dim=2)
    B = sl.MultiNormal([intercept, slope], [sd0, sd1], corr, over=Base.school, centered=True)
    y = sl.Normal(B[0] + B["slope"] * sl.data("x"), 1, observed=True)


@keep
class RawSlopes(Slopes):
    B = sl.MultiNormal(
        [Slopes.intercept, Slopes.slope],
        [Slopes.sd0, Slopes.sd1],
        Slopes.corr,
        over=Base.school,
        centered=False,
    )


@keep
class NestedSlopes(Base):
    """Means that vary over units, an index for the components, and both forms."""

    k = sl.Index(["level", "trend"])
    sds = sl.HalfNormal(1, over=k)
    corr = sl.LKJCholesky()
    B = sl.MultiNormal([0, 0], sds, corr, over=Base.school, centered=False)
    C = sl.MultiNormal([B["level"], B["trend"] + 1], sds, corr, over=Base.room, centered=False)
    D = sl.MultiNormal(B, sds, corr, over=Base.room, centered=True)
    E = sl.MultiNormal(D, sds, corr, over=Base.room, centered=False)
    y = sl.Normal(C[0] + C[1] * sl.data("x") + D["level"] + E["trend"], 1, observed=True)


@keep
class MeansOfVectors(Base):
    """One mean for all components, per unit or not, and means that are computed."""

    k = sl.Index(2)
    corr = sl.LKJCholesky(2, dim=2)
    P = sl.Normal(0, 1, over=Base.school)
    m = sl.Normal(0, 1, over=k)
    one = sl.MultiNormal(P, [1, 1], corr, over=Base.room, centered=True)
    one_raw = sl.MultiNormal(P, [1, 1], corr, over=Base.room, centered=False)
    more = sl.MultiNormal(m + 1, [1, 1], corr, over=Base.school, centered=True)
    more_raw = sl.MultiNormal(m + 1, [1, 1], corr, over=Base.school, centered=False)
    both = sl.MultiNormal(m * P, m**2, corr, over=Base.room, centered=True)
    both_raw = sl.MultiNormal(m * P, m**2, corr, over=Base.room, centered=False)
    all_ = sl.MultiNormal(2, 1.5, corr, over=(Base.school, k), centered=False)
    mean = one[0] + one_raw[1] + more[0] + more_raw[1] + both[0] + both_raw[1] + all_[0]
    y = sl.Normal(mean, 1, observed=True)


@keep
class ObservedAsCovariate(Base):
    """Lines with data that other lines use: also counts, and vectors."""

    b = sl.Normal(0, 1)
    corr = sl.LKJCholesky(2)
    flag = sl.Bernoulli(logit=b, observed=True)
    size = sl.Normal(10, 5, over=Base.school, observed=True)
    choice = sl.Categorical([0.2, 0.3, 0.5], observed=True)
    both = sl.MultiNormal([0, 0], [1, 1], corr, observed=["y", "y2"])
    shares = sl.Dirichlet([1, 1, 1], observed=["s1", "s2", "s3"])
    count = sl.Poisson(log=b * flag + 0.1 * size + 0.1 * choice, observed=True)
    x = sl.Normal(b * both[0] + shares[2] + count / 10, 1, observed=True)


@keep
class OneVector(sl.Model):
    """Correlated quantities without units, in both forms, with lists that are left open."""

    corr = sl.LKJCholesky(2)
    v = sl.MultiNormal([1, 2], [1, 0.5], corr)
    w = sl.MultiNormal(v, [1, 0.5], corr, centered=False)
    k = sl.Index(2)
    open_ = sl.MultiNormal(corr=corr, over=k)
    y = sl.Normal(v[0] + w[1] + open_[0], 1, observed=True)


@keep
class Effects(Base):
    """Effects with components: matrices in both forms, with scalars and vectors as arguments."""

    k = sl.Index(3)
    scale = sl.HalfNormal(1, over=k)
    level = sl.Normal(0, 1, over=k)
    plain = sl.Normal(0, 1, over=(Base.school, k), centered=True)
    raw = sl.Normal(level, scale, over=(Base.school, k), centered=False)
    t_raw = sl.StudentT(4, level, scale, over=(Base.school, k), centered=False)
    deeper = sl.Normal(raw, 0.5, over=(Base.room, k), centered=True)
    positive = sl.HalfNormal(scale, over=(Base.school, k))
    moved = raw + level
    y = sl.Normal(plain[0] + raw[1] + t_raw[1] + deeper[2] + positive[0] + moved[2], 1, observed=True)


@keep
class Coefficients(Base):
    """Covariates: numeric, categorical, with coefficients that vary, beside a GLM function."""

    X = sl.covariates("x", "z", sl.data("region", categorical=True))
    a = sl.Normal(0, 1, over=Base.school)
    b = sl.Normal(over=X)
    mine = sl.Normal(b, 0.3, over=(Base.school, X), centered=False)
    y = sl.Normal(a + b @ X, 2, observed=True)
    y2 = sl.Normal(mine @ X, 2, observed=True)


@keep
class GlmFamilies(Base):
    X = sl.covariates("x", "z")
    k = sl.Index(2)
    b = sl.Normal(0, 1, over=X)
    a = sl.Normal(0, 1, over=Base.school)
    cut = sl.Normal(0, 3, over=k, ordered=True)
    shape = sl.Gamma(2, 0.1)
    y = sl.Normal(b @ X, 1, observed=True)
    flag = sl.Bernoulli(logit=a + b @ X, observed=True)
    count = sl.Poisson(log=a - 1 + b @ X, observed=True)
    more = sl.NegBinomial(log=b @ X + 1, shape=shape, observed="count")
    part = sl.Binomial(sl.data("trials"), logit=a + b @ X, observed="count")
    choice = sl.OrderedLogistic(b @ X, cut, observed=True)
    c = sl.Normal(0, 1)
    beside = sl.Poisson(log=a + b @ X + c * sl.data("size"), observed="count")
    kind = sl.Categorical(logit=[0, b @ X - c, c * sl.data("x")], observed="choice")


@keep
class PlainFamilies(Base):
    """The same lines where no GLM function fits: scales over rows, weights, further terms."""

    X = sl.covariates("x", "z")
    k = sl.Index(2)
    b = sl.Normal(0, 1, over=X)
    a = sl.Normal(0, 1, over=Base.school)
    cut = sl.Normal(0, 3, over=k, ordered=True)
    y = sl.Normal(b @ X, sl.exp(a), observed=True)
    flag = sl.Bernoulli(logit=b @ X - b @ X, observed=True)
    count = sl.Poisson(log=-(b @ X), observed=True)
    more = sl.NegBinomial(log=2 * (b @ X), shape=sl.exp(a), observed="count")
    part = sl.Binomial(sl.data("trials"), logit=b @ X, observed="count", weights="times")
    choice = sl.OrderedLogistic(b @ X + a, cut, observed=True)


@keep
class Cutpoints(Base):
    k = sl.Index(["1|2", "2|3"])
    b = sl.Normal(0, 1)
    cut = sl.Normal(0, 3, over=k, ordered=True)
    per_school = sl.Normal(0, 3, over=(Base.school, k), ordered=True)
    positive = sl.HalfNormal(3, over=k, ordered=True)
    choice = sl.OrderedLogistic(b * sl.data("x"), cut, observed=True)
    again = sl.OrderedLogistic(0, per_school, observed="choice")
    third = sl.OrderedLogistic(b, positive, observed="choice", weights="times")
    fixed = sl.OrderedLogistic(b * sl.data("x"), [-1, 1], observed="choice")


@keep
class Categories(Base):
    k = sl.Index([1, 2, 3])
    theta = sl.Dirichlet(2, over=k)
    of_school = sl.Dirichlet([1, 2, 3], over=(Base.school, k))
    log_odds = sl.Normal(0, 1, over=(Base.school, k))
    b = sl.Normal(0, 1)
    free = sl.Dirichlet([1, 1, 1])
    one = sl.Categorical(theta, observed="choice")
    two = sl.Categorical(of_school, observed="choice")
    three = sl.Categorical(logit=log_odds, observed="choice")
    four = sl.Categorical(logit=[0, b * sl.data("x"), 1], observed="choice", weights="times")
    five = sl.Categorical([0.2, 0.3, 0.5], observed="choice")
    six = sl.Categorical(logit=[0, b, 1], observed="choice")
    seven = sl.Categorical(free, observed="choice")


# --- outcomes --------------------------------------------------------------------------------------------


@keep
class Outcomes(Base):
    """Every distribution as a likelihood, its arguments over rows."""

    a = sl.Normal(0, 1, over=Base.school)
    s = sl.HalfNormal(1)
    normal = sl.Normal(a, s, observed="y")
    t = sl.StudentT(4, a, s, observed="y")
    cauchy = sl.Cauchy(a, s, observed="y")
    laplace = sl.Laplace(a, s, observed="y")
    logistic = sl.Logistic(a, s, observed="y")
    lognormal = sl.LogNormal(a, s, observed="positive")
    gamma = sl.Gamma(2, sl.exp(a), observed="positive")
    gamma_mean = sl.Gamma(log=a, shape=2, observed="positive")
    inverse = sl.InverseGamma(2, sl.exp(a), observed="positive")
    exponential = sl.Exponential(sl.exp(a), observed="positive")
    exponential_mean = sl.Exponential(log=a, observed="positive")
    weibull = sl.Weibull(2, sl.exp(a), observed="positive")
    beta = sl.Beta(2, sl.exp(a), observed="share")
    beta_mean = sl.Beta(mean=sl.inv_logit(a), concentration=3, observed="share")
    beta_logit = sl.Beta(logit=a, concentration=3, observed="share")
    uniform = sl.Uniform(-10, 10 + sl.exp(a), observed="y")
    half_normal = sl.HalfNormal(sl.exp(a), observed="positive")
    half_cauchy = sl.HalfCauchy(s, observed="positive")
    half_t = sl.HalfStudentT(3, s, observed="positive")
    bernoulli = sl.Bernoulli(sl.inv_logit(a), observed="flag")
    bernoulli_logit = sl.Bernoulli(logit=a, observed="flag")
    binomial = sl.Binomial(sl.data("trials"), sl.inv_logit(a), observed="count")
    binomial_logit = sl.Binomial(8, logit=a, observed="count")
    beta_binomial = sl.BetaBinomial(sl.data("trials"), 2, sl.exp(a), observed="count")
    beta_binomial_mean = sl.BetaBinomial(8, mean=sl.inv_logit(a), concentration=3, observed="count")
    beta_binomial_logit = sl.BetaBinomial(sl.data("trials"), logit=a, concentration=3, observed="count")
    poisson = sl.Poisson(sl.exp(a), observed="count")
    poisson_log = sl.Poisson(log=a, observed="count")
    neg_binomial = sl.NegBinomial(sl.exp(a), 2, observed="count")
    neg_binomial_log = sl.NegBinomial(log=a, shape=s, observed="count")


@keep
class Vectors(sl.Model):
    """Outcomes with several columns."""

    b = sl.Normal(0, 1)
    corr = sl.LKJCholesky(2)
    both = sl.MultiNormal([b * sl.data("x"), 0], [1, 2], corr, observed=["y", "y2"])
    shares = sl.Dirichlet([1, 2, 3], observed=["s1", "s2", "s3"])


@keep
class Weighted(Base):
    """Frequency weights, of a half distribution and of a vector too."""

    s = sl.HalfNormal(1)
    a = sl.Normal(0, 1, over=Base.school)
    corr = sl.LKJCholesky(2)
    y = sl.Normal(a, s, observed=True, weights="times")
    count = sl.Poisson(log=a, observed=True, weights="times")
    positive = sl.HalfNormal(s, observed=True, weights="times")
    both = sl.MultiNormal([0, a], [1, 2], corr, observed=["y", "y2"], weights="times")


@keep
class InCells(Base):
    """Rows in cells, of every distribution whose rows a few sums describe."""

    s = sl.HalfNormal(1)
    c = sl.Normal(0, 1)
    a = sl.Normal(0, 1, over=Base.school)
    spread = sl.Gamma(2, 2, over=Base.school)
    eta = a + c * sl.data("size")
    threshold = sl.Index(2)
    cut = sl.Normal(0, 2, over=threshold, ordered=True)
    y = sl.Normal(eta, s, observed=True)
    y2 = sl.Normal(a, spread, observed=True)
    positive = sl.LogNormal(eta, s, observed=True, weights="times")
    waited = sl.Exponential(log=a, observed="positive")
    lasted = sl.Exponential(sl.exp(a) + 1, observed="positive")
    gamma = sl.Gamma(log=eta, shape=s, observed="positive")
    gammas = sl.InverseGamma(spread, sl.exp(a), observed="positive")
    share = sl.Beta(logit=a, concentration=s, observed=True)
    flag = sl.Bernoulli(logit=eta, observed=True)
    probit = sl.Bernoulli(sl.Phi(a), observed="flag")
    count = sl.Binomial(sl.data("trials"), logit=a, observed=True)
    rate = sl.Poisson(log=a + sl.log(sl.data("se")), observed="count")
    rates = sl.Poisson(1 + sl.square(a), observed="count")
    counts = sl.NegBinomial(log=a, shape=s, observed="count")
    choice = sl.Categorical(logit=[0, a, c], observed=True)
    chosen = sl.Categorical([0.2, 0.3, 0.5], observed="choice")
    answer = sl.OrderedLogistic(a, cut, observed="choice")


PLANS["InCells"] = sl.Plan(compress=True, marginalize=False)


@keep
class OutcomeOfALevel(Base):
    """An outcome that lives at a level, beside one at the rows."""

    a = sl.Normal(0, 1, over=Base.school)
    size = sl.Normal(a, 3, over=Base.school, observed=True)
    y = sl.Normal(a, 1, observed=True)


@keep
class AwkwardNames(sl.Model):
    """Names that the program would like for itself."""

    N = sl.Level("school")
    K = sl.Index(2)
    n = sl.Normal(0, 1, over=N)
    k = sl.Normal(0, 1, over=(N, K))
    k_raw = sl.Normal(0, 1)
    y_sigma_2 = sl.HalfNormal(1)
    lp__ = sl.HalfNormal(1)
    rows = sl.HalfCauchy(1)
    x = sl.Normal(k[0], rows, over=N)
    target = sl.Normal(n + k[1] + k_raw + x * sl.data("x"), lp__, observed="y", weights="times")


@keep
class OtherForms(Base):
    """Forms that stand in no other of the six programs that both engines are held to."""

    X = sl.covariates("x", "z")
    known = sl.data("x") * 2
    corr = sl.LKJCholesky(2)
    slopes = sl.MultiNormal([0, 0], [1, 2], corr, over=Base.school, centered=True)
    coefficients = sl.MultiNormal([0, 0], [1, 1], corr, over=(Base.region, X), centered=True)
    ends = sl.Uniform(-1, 1, over=Base.room)
    shrunk = sl.StudentT(4, 0, 1, over=Base.room, centered=False)
    shares = sl.Dirichlet([1, 2], over=(Base.school, X))
    of_units = coefficients @ X + shares @ X + ends + shrunk
    y = sl.Normal(slopes[0] + slopes[1] * known + of_units, 1, observed=True)


@keep
class EqualUnits(Base):
    """Units that agree in their information as one, below others."""

    mu, b = sl.Normal(0, 1), sl.Normal(0, 1)
    school_sd, room_sd, sigma = sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
    S = sl.Normal(mu, school_sd, over=Base.school)
    R = sl.Normal(S, room_sd, over=Base.room)
    y = sl.Normal(R + b * sl.data("x"), sigma, observed=True)


@keep
class EqualSlopes(Base):
    """The same with slopes."""

    a = sl.Normal(0, 1)
    school_sd, sds, sigma = sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
    corr = sl.LKJCholesky(2)
    S = sl.Normal(a, school_sd, over=Base.school)
    B = sl.MultiNormal([S, 0], [sds, 1], corr, over=Base.room)
    y = sl.Normal(B[0] + B[1] * sl.data("x"), sigma, observed=True)


PLANS["EqualUnits"] = sl.Plan(compress=True, marginalize=["S", "R"])
PLANS["EqualSlopes"] = sl.Plan(compress=True, marginalize=["S", "B"])


@keep
class MadeOfOthers(sl.Model):
    """Distributions made of distributions, cut off or censored; those of angles, waits and steps."""

    a, s = sl.Normal(0, 1), sl.HalfNormal(1)
    share, kinds = sl.Beta(2, 2), sl.Index(["low", "middle", "high"])
    steps = sl.Index(["1|2", "2|3"])
    cut, step = sl.Normal(0, 1, over=steps, ordered=True), sl.Normal(0, 1, over=steps)
    at, weights = sl.Normal(0, 1, over=kinds, ordered=True), sl.Dirichlet(1, over=kinds)
    between = sl.Normal(a, s, lower=-9, upper=9, observed="y")
    censored = sl.Normal(a, s, censored="flag", observed="y2")
    censored_log = sl.LogNormal(a, s, censored="flag", observed="positive")
    wait = sl.Weibull(s, 2, censored="flag", observed="positive")
    leaning = sl.SkewNormal(a, s, 1, observed="y")
    slow = sl.ExGaussian(a, s, 1, observed="y")
    quantile = sl.AsymmetricLaplace(a, s, 0.3, observed="y")
    angle = sl.VonMises(a, s, observed="share")
    wald = sl.InverseGaussian(s, 1, observed="positive")
    tail = sl.Pareto(0.001, s, observed="positive")
    answer = sl.Wiener(a, 1, 0.0001, 0.5, observed=["positive", "flag"])
    zeros = sl.ZeroInflated(sl.Poisson(log=a), share, observed="count")
    zeros_logit = sl.ZeroInflated(sl.Poisson(log=a), logit=a, observed="count")
    more_zeros = sl.ZeroInflated(sl.NegBinomial(log=a, shape=s), share, observed="count")
    hurdle = sl.Hurdle(sl.NegBinomial(log=a, shape=s), logit=a, observed="count")
    amounts = sl.Hurdle(sl.LogNormal(a, s), logit=a, observed="positive")
    mixed = sl.Mixture(sl.Normal(at, s), weights, observed="y")
    counts = sl.Mixture([sl.Poisson(log=a), sl.Poisson(log=1)], [1 - share, share], observed="count")
    ordered = sl.OrderedProbit(a, cut, observed="choice")
    scaled = sl.OrderedProbit(a, cut, scale=s, observed="choice")
    stopping = sl.StoppingRatio(a, step, observed="choice")
    total = sl.data("flag") + sl.data("count") + sl.data("times")
    votes = sl.Multinomial(total, logit=[0, a, 1], observed=["flag", "count", "times"])
    shared = sl.DirichletMultinomial(total, [s, 1, 2], observed=["flag", "count", "times"])


@keep
class RarerDensities(Base):
    """Rows that are chosen among those of a unit; extremes, dispersed counts, outcomes together."""

    b, sd, s = sl.Normal(0, 1), sl.HalfNormal(1), sl.HalfNormal(1)
    B = sl.Normal(b, sd, over=Base.region)
    flag = sl.ConditionalLogit(B * sl.data("x") + sl.exp(b) * sl.data("z"), within=Base.room, observed=True)
    swing = sl.AR1(0.5, sd, over=Base.room, centered=True)
    greatest = sl.GeneralizedExtremeValue(b + swing, s, 0.1, observed="y")
    maximum = sl.Frechet(2, s, observed="positive")
    even = sl.ConwayMaxwellPoisson(log=b, shape=s, observed="count")
    spread = sl.GeneralizedPoisson(log=b, dispersion=1 + s, observed="count")
    amount = sl.Tweedie(log=b, dispersion=s, power=1.5, observed="positive")
    delayed = sl.ShiftedLogNormal(b, s, 0.0001, observed="positive")
    together = sl.MultiStudentT(4, [b, b * sl.data("x")], [s, 1], observed=["y", "y2"])
