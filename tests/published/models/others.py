"""Models of statsmodels, MixedModels.jl, metafor and BUGS, and of common talk."""

import stanlevels as sl
from tests.literature.frames import frame
from tests.published.frames import others as frames
from tests.published.record import Published


class Dietox(sl.Model):
    """Weight ~ Time, re_formula = "~Time", groups = Pig"""

    Pig = sl.Level()
    B = sl.effects(1, "Time", over=Pig)
    Weight = sl.Normal(B, observed=True)


class Nested(sl.Model):
    """y ~ 1 + (1 | a / b / c)"""

    a = sl.Level()
    b = sl.Level(within=a)
    c = sl.Level(within=b)
    A = sl.effects(1, over=a)
    B = sl.Normal(A, over=b)
    C = sl.Normal(B, over=c)
    y = sl.Normal(C, observed=True)


class Kb07(sl.Model):
    """rt ~ spkr * prec * load + (1 + spkr + prec + load | subj) + (1 + prec | item)"""

    subj, item = sl.Level(), sl.Level()
    X = sl.covariates("spkr", "prec", "load")
    b = sl.effects(1, X, sl.interactions(X, order=3))
    S = sl.effects(1, X, over=subj, mean=0)
    T = sl.effects(1, "prec", over=item, mean=0)
    rt = sl.Normal(b + S + T, observed=True)


class MetaAnalysis(sl.Model):
    """yi | se(sei) ~ 1 + (1 | study / es)"""

    study = sl.Level()
    es = sl.Level(within=study)
    S = sl.effects(1, over=study)
    theta = sl.Normal(S, over=es)
    yi = sl.Normal(theta, sl.data("sei"), observed=True)


class Rats(sl.Model):
    """y ~ normal(alpha[rat] + beta[rat] * (x - 22), sigma)"""

    rat = sl.Level()
    B = sl.effects(1, sl.data("x") - 22, over=rat, correlated=False)
    y = sl.Normal(B, observed=True)


class Seeds(sl.Model):
    """r ~ binomial(n, p), logit p = a0 + a1 x1 + a2 x2 + a12 x1 x2 + b[plate]"""

    plate = sl.Level()
    b = sl.effects(1, "seed", "root", sl.interactions("seed", "root"))
    A = sl.Normal(0, over=plate)
    y = sl.Binomial(sl.data("n"), logit=b + A, observed=True)


class TwoOutcomes(sl.Model):
    """usage ~ normal(A[app] * x, s), crashes ~ poisson(exp(a + load * A[app]))"""

    app = sl.Level()
    A = sl.effects("x", over=app)
    a, load = sl.Normal(), sl.Normal(0, 1)
    usage = sl.Normal(A, observed=True)
    crashes = sl.Poisson(log=a + load * A["x"], observed=True)


class BradleyTerry(sl.Model):
    """logit Pr(won) = ability[first] - ability[second]"""

    player = sl.Level()
    first, second = sl.Level(of=player), sl.Level(of=player)
    ability = sl.Normal(0, over=player)
    won = sl.Bernoulli(logit=ability[first] - ability[second], observed=True)


class Autoregression(sl.Model):
    """y ~ normal(mu + rho * (y_lag - mu), s)"""

    mu, rho = sl.Normal(5, 5), sl.Uniform(-1, 1)
    y = sl.Normal(mu + rho * (sl.data("y_lag") - mu), observed=True)


MODELS = (
    Published(
        name="statsmodels_dietox",
        source="statsmodels, linear mixed effects models",
        model=Dietox,
        data=lambda: frame("geepack", "dietox"),
        lines=4,
        brms="brm(Weight ~ Time + (Time | Pig), data = dietox)",
        bambi=None,
    ),
    Published(
        name="statsmodels_variance_components",
        source="statsmodels, variance component analysis",
        model=Nested,
        data=frames.nested,
        lines=8,
        brms="brm(y ~ 1 + (1 | a/b/c), data = d)",
        bambi='bmb.Model("y ~ 1 + (1|a) + (1|a:b) + (1|a:b:c)", d)',
    ),
    Published(
        name="mixedmodels_kb07",
        source="MixedModels.jl, kb07",
        model=Kb07,
        data=frames.kb07,
        lines=7,
        brms="""\
brm(rt ~ spkr * prec * load + (1 + spkr + prec + load | subj) + (1 + prec | item),
    data = kb07)""",
        bambi=None,
    ),
    Published(
        name="metafor_three_levels",
        source="metafor, rma.mv; brms, meta-analysis",
        model=MetaAnalysis,
        data=frames.districts,
        lines=6,
        brms="brm(yi | se(sei) ~ 1 + (1 | study/es), data = d)",
        bambi=None,
    ),
    Published(
        name="bugs_rats",
        source="BUGS, Rats",
        model=Rats,
        data=frames.rats,
        lines=4,
        brms="brm(y ~ I(x - 22) + (I(x - 22) || rat), data = rats)",
        bambi='bmb.Model("y ~ I(x - 22) + (I(x - 22)|rat)", rats)',
    ),
    Published(
        name="bugs_seeds",
        source="BUGS, Seeds",
        model=Seeds,
        data=frames.seeds,
        lines=5,
        brms="""\
brm(y | trials(n) ~ seed * root + (1 | plate), data = seeds, family = binomial())""",
        bambi="""\
bmb.Model("p(y, n) ~ seed * root + (1|plate)", seeds, family="binomial")""",
    ),
    Published(
        name="joint_outcomes",
        source="joint models of a trajectory and a count",
        model=TwoOutcomes,
        data=frames.two_outcomes,
        lines=6,
        brms=None,
        bambi=None,
    ),
    Published(
        name="bradley_terry",
        source="Bradley and Terry (1952)",
        model=BradleyTerry,
        data=frames.tournament,
        lines=5,
        brms="""\
d$plus <- 1
d$minus <- -1
formula <- won ~ 0 + (1 | mm(first, second, weights = cbind(plus, minus),
                             scale = FALSE))
brm(formula, data = d, family = bernoulli())""",
        bambi=None,
    ),
    Published(
        name="autoregression",
        source="autoregression on the outcome before",
        model=Autoregression,
        data=frames.series,
        lines=3,
        brms="""\
brm(bf(y ~ mu + rho * (y_lag - mu), mu + rho ~ 1, nl = TRUE), data = d,
    prior = prior(normal(5, 5), nlpar = "mu") +
      prior(uniform(-1, 1), nlpar = "rho", lb = -1, ub = 1))""",
        bambi=None,
    ),
)
