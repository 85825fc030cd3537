"""Models of PyMC's examples."""

import stanlevels as sl
from tests.published.frames import pymc as frames
from tests.published.record import Published


class Rugby(sl.Model):
    """
    home_score ~ poisson(exp(a + home + att[home] + def[away]))
    away_score ~ poisson(exp(a + att[away] + def[home]))
    """

    team = sl.Level()
    home, away = sl.Level("home_team", of=team), sl.Level("away_team", of=team)
    a, edge = sl.Normal(), sl.Normal()
    attack = sl.Normal(0, over=team, zero_sum=True)
    defence = sl.Normal(0, over=team, zero_sum=True)
    home_score = sl.Poisson(log=a + edge + attack[home] + defence[away], observed=True)
    away_score = sl.Poisson(log=a + attack[away] + defence[home], observed=True)


class Drinking(sl.Model):
    """alcuse ~ age * coa * peer + (age + age^2 || id)"""

    person = sl.Level("id")
    age = sl.data("age_14")
    X = sl.covariates(age, "coa", "peer")
    b = sl.effects(1, X, sl.interactions(X, order=3))
    U = sl.effects(1, age, age**2, over=person, mean=0, correlated=False)
    alcuse = sl.Normal(b + U, observed=True)


class Lattice(sl.Model):
    """
    cases ~ poisson(expected * exp(a + b * x + theta[area] + phi[area]))
    phi intrinsic autoregressive
    """

    area = sl.Level()
    b, theta = sl.effects(1, "x"), sl.Normal(0, over=area)
    phi = sl.ICAR(over=area, borders="edges")
    cases = sl.Poisson(log=b + theta + phi + sl.log(sl.data("expected")), observed=True)


class Heating(sl.Model):
    """
    utility = constant[system] + i * installation cost + o * operating cost
    system ~ categorical(softmax(utility))
    """

    gr, ec, er, hp = sl.Normal(), sl.Normal(), sl.Normal(), sl.Normal()
    i, o = sl.Normal(), sl.Normal()
    utilities = [
        i * sl.data("ic_gc") + o * sl.data("oc_gc"),
        i * sl.data("ic_gr") + o * sl.data("oc_gr") + gr,
        i * sl.data("ic_ec") + o * sl.data("oc_ec") + ec,
        i * sl.data("ic_er") + o * sl.data("oc_er") + er,
        i * sl.data("ic_hp") + o * sl.data("oc_hp") + hp,
    ]
    system = sl.Categorical(logit=utilities, observed=True)


class Mastectomy(sl.Model):
    """died ~ poisson(exposure * lambda0[year] * exp(b * metastized + f[patient]))"""

    year, patient = sl.Level(), sl.Level()
    lambda0, f = sl.effects(1, over=year), sl.Normal(0, over=patient)
    b, exposure = sl.effects("metastized"), sl.data("exposure")
    died = sl.Poisson(log=lambda0 + b + f + sl.log(exposure), observed=True)


class Volatility(sl.Model):
    """change ~ student_t(nu, 0, exp(h)), h a random walk"""

    day = sl.Level()
    start, h = sl.Normal(), sl.RandomWalk(over=day)
    change = sl.StudentT(mu=0, sigma=sl.exp(start + h), observed=True)


class OneFactor(sl.Model):
    """score ~ normal(tau[test] + load[test] * eta[person], psi[test])"""

    person, test = sl.Level(), sl.Level()
    eta = sl.Normal(0, 1, over=person)
    tau = sl.Normal(over=test)
    load, psi = sl.HalfNormal(over=test), sl.HalfNormal(over=test)
    score = sl.Normal(tau + load * eta, psi, observed=True)


class TwoFactors(sl.Model):
    """
    score ~ normal(tau[test] + load[test] * eta[person, factor[test]], psi[test])
    eta[person] ~ MVN
    """

    person, test = sl.Level(), sl.Level()
    factor = sl.data("factor", categorical=True, coding="indicator")
    eta = sl.effects(factor, over=person, mean=0, sd=1)
    tau = sl.Normal(over=test)
    load, psi = sl.HalfNormal(over=test), sl.HalfNormal(over=test)
    score = sl.Normal(tau + load * eta, psi, observed=True)


MODELS = (
    Published(
        name="pymc_rugby",
        source="PyMC, a hierarchical model for rugby prediction",
        model=Rugby,
        data=frames.rugby,
        lines=8,
        brms="""\
long <- rbind(data.frame(points = d$home_score, home = 1, team = d$home_team,
                         opponent = d$away_team),
              data.frame(points = d$away_score, home = 0, team = d$away_team,
                         opponent = d$home_team))
brm(points ~ home + (1 | team) + (1 | opponent), data = long, family = poisson())""",
        bambi="""\
home = d.rename(columns={"home_team": "team", "away_team": "opponent"}).assign(home=1)
away = d.rename(columns={"away_team": "team", "home_team": "opponent"}).assign(home=0)
scores = home.assign(points=d["home_score"]), away.assign(points=d["away_score"])
long = pd.concat(scores)
bmb.Model("points ~ home + (1|team) + (1|opponent)", long, family="poisson")""",
    ),
    Published(
        name="pymc_drinking",
        source="PyMC, longitudinal data",
        model=Drinking,
        data=frames.drinking,
        lines=7,
        brms="""\
brm(alcuse ~ age_14 * coa * peer + (age_14 + I(age_14^2) || id), data = d)""",
        bambi="""\
bmb.Model("alcuse ~ age_14 * coa * peer + (age_14 + I(age_14**2)|id)", d)""",
    ),
    Published(
        name="pymc_lattice",
        source="PyMC, conditional autoregressive models; Stan, BYM2",
        model=Lattice,
        data=frames.lattice,
        tables=frames.edges,
        lines=5,
        brms="""\
brm(cases ~ 1 + x + offset(log(expected)) + car(W, gr = area, type = "bym2"), data = d,
    data2 = list(W = W), family = poisson())""",
        bambi=None,
    ),
    Published(
        name="pymc_heating",
        source="PyMC, discrete choice and random utility",
        model=Heating,
        data=frames.heating,
        lines=11,
        brms="""\
formula <- bf(system ~ 1, nl = TRUE, family = categorical(refcat = "gc")) +
  nlf(mugr ~ gr + i * (ic_gr - ic_gc) + o * (oc_gr - oc_gc)) +
  nlf(muec ~ ec + i * (ic_ec - ic_gc) + o * (oc_ec - oc_gc)) +
  nlf(muer ~ er + i * (ic_er - ic_gc) + o * (oc_er - oc_gc)) +
  nlf(muhp ~ hp + i * (ic_hp - ic_gc) + o * (oc_hp - oc_gc)) +
  lf(gr + ec + er + hp + i + o ~ 1)
priors <- do.call(c, lapply(c("gr", "ec", "er", "hp", "i", "o"), function(p)
  set_prior("normal(0, 5)", nlpar = p)))
brm(formula, data = heating, prior = priors)""",
        bambi=None,
    ),
    Published(
        name="pymc_mastectomy",
        source="PyMC, survival analysis",
        model=Mastectomy,
        data=frames.mastectomy,
        lines=5,
        brms="""\
brm(died ~ 1 + metastized + (1 | year) + (1 | patient) + offset(log(exposure)),
    data = d, family = poisson())""",
        bambi="""\
bmb.Model("died ~ 1 + metastized + (1|year) + (1|patient) + offset(np.log(exposure))",
          d, family="poisson")""",
    ),
    Published(
        name="pymc_volatility",
        source="PyMC, stochastic volatility",
        model=Volatility,
        data=frames.returns,
        lines=4,
        brms=None,
        bambi=None,
    ),
    Published(
        name="pymc_one_factor",
        source="PyMC, confirmatory factor analysis",
        model=OneFactor,
        data=frames.holzinger,
        lines=6,
        brms="""\
formula <- bf(score ~ tau + load * eta, tau ~ 1 + (1 | test), load ~ 1 + (1 | test),
              eta ~ 0 + (1 | person), sigma ~ 1 + (1 | test), nl = TRUE)
prior <- prior(normal(0, 1), nlpar = "tau") + prior(normal(0, 1), nlpar = "load") +
  prior(constant(1), class = "sd", group = "person", nlpar = "eta")
brm(formula, data = d, prior = prior)""",
        bambi=None,
    ),
    Published(
        name="pymc_two_factors",
        source="PyMC, confirmatory factor analysis",
        model=TwoFactors,
        data=frames.holzinger,
        lines=7,
        brms="""\
formula <- bf(score ~ tau + load * eta, tau ~ 1 + (1 | test), load ~ 1 + (1 | test),
              eta ~ 0 + (0 + factor | person), sigma ~ 1 + (1 | test), nl = TRUE)
prior <- prior(normal(0, 1), nlpar = "tau") + prior(normal(0, 1), nlpar = "load") +
  prior(constant(1), class = "sd", group = "person", nlpar = "eta")
brm(formula, data = d, prior = prior)""",
        bambi=None,
    ),
)
