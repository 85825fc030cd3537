"""Models of Gelman and Hill (2007), Data Analysis Using Regression."""

import stanlevels as sl
from tests.published.frames import arm as data
from tests.published.record import Published


class Radon(sl.Model):
    """y ~ x * u + (1 + x | county)"""

    county = sl.Level()
    Z = sl.covariates(1, "uranium")
    intercept, slope = sl.effects(Z), sl.effects(Z)
    B = sl.effects(1, "basement", over=county, mean=[intercept, slope])
    radon = sl.Normal(B, observed="log.radon")


class Election(sl.Model):
    """
    y ~ black * female + (1 | age) + (1 | edu) + (1 | age:edu) + (1 | state)
    state ~ v.prev + (1 | region)
    """

    region, state, age, edu = sl.Level(), sl.Level(), sl.Level(), sl.Level()
    X = sl.covariates("black", "female")
    b, prev = sl.effects(1, X, sl.interactions(X)), sl.Normal()
    R, A, E, AE = [sl.Normal(0, over=units) for units in (region, age, edu, (age, edu))]
    S = sl.Normal(R + prev * sl.data("v_prev"), over=state)
    y = sl.Bernoulli(logit=b + A + E + AE + S, observed=True)


class Pilots(sl.Model):
    """y ~ 1 + (1 | group) + (1 | scenario)"""

    group, scenario = sl.Level(), sl.Level()
    mean, G, S = sl.Normal(), sl.Normal(0, over=group), sl.Normal(0, over=scenario)
    y = sl.Normal(mean + G + S, observed=True)


class Earnings(sl.Model):
    """log(earn) ~ z + (1 + z | eth) + (1 + z | age) + (1 + z | eth:age)"""

    eth, age = sl.Level(), sl.Level()
    b = sl.effects(1, "z")
    E, A = sl.effects(1, "z", over=eth, mean=0), sl.effects(1, "z", over=age, mean=0)
    EA = sl.effects(1, "z", over=(eth, age), mean=0)
    earn = sl.LogNormal(b + E + A + EA, observed=True)


class Stops(sl.Model):
    """stops ~ eth + offset(log(arrests)) + (1 | precinct) + (1 | obs), poisson"""

    precinct = sl.Level()
    b = sl.effects(1, sl.data("eth", categorical=True, coding="sum"))
    P, extra = sl.Normal(0, over=precinct), sl.Normal(0, over=sl.rows)
    log_arrests = sl.log(sl.data("arrests"))
    stops = sl.Poisson(log=b + P + extra + log_arrests, observed=True)


class Acquaintances(sl.Model):
    """y_ik ~ negbin(exp(alpha_i + beta_k), overdispersion omega_k)"""

    respondent, name = sl.Level(), sl.Level()
    mean, inverse_omega = sl.Normal(), sl.Uniform(0, 1, over=name)
    alpha, beta = sl.Normal(mean, over=respondent), sl.Normal(0, over=name)
    mu = sl.exp(alpha + beta)
    y = sl.NegBinomial(mu, shape=mu / (1 / inverse_omega - 1), observed=True)


MODELS = (
    Published(
        name="radon",
        source="Gelman and Hill, ch. 13",
        model=Radon,
        data=data.radon,
        lines=6,
        brms="""\
brm(log.radon ~ basement * uranium + (1 + basement | county), data = radon)
""",
        bambi=None,
    ),
    Published(
        name="election88",
        source="Gelman and Hill, ch. 14",
        model=Election,
        data=data.election,
        lines=7,
        brms="""\
brm(y ~ black * female + v_prev + (1 | age) + (1 | edu) + (1 | age:edu) + (1 | state) +
      (1 | region), data = polls, family = bernoulli())
""",
        bambi="""\
bmb.Model("y ~ black*female + v_prev + (1|age) + (1|edu) + (1|age:edu) + (1|state) + "
          "(1|region)", polls, family="bernoulli")
""",
    ),
    Published(
        name="pilots",
        source="Gelman and Hill, ch. 13",
        model=Pilots,
        data=data.pilots,
        lines=4,
        brms="brm(y ~ 1 + (1 | group) + (1 | scenario), data = pilots)",
        bambi='bmb.Model("y ~ 1 + (1|group) + (1|scenario)", pilots)',
    ),
    Published(
        name="earnings",
        source="Gelman and Hill, ch. 13",
        model=Earnings,
        data=data.earnings,
        lines=6,
        brms="""\
brm(log(earn) ~ z + (1 + z | eth) + (1 + z | age) + (1 + z | eth:age), data = heights)
""",
        bambi=None,
    ),
    Published(
        name="police_stops",
        source="Gelman and Hill, ch. 15",
        model=Stops,
        data=data.stops,
        lines=6,
        brms="""\
brm(stops ~ eth + offset(log(arrests)) + (1 | precinct) + (1 | obs), data = frisk,
    family = poisson())
""",
        bambi="""\
bmb.Model("stops ~ eth + offset(log(arrests)) + (1|precinct) + (1|obs)", frisk,
          family="poisson")
""",
    ),
    Published(
        name="acquaintances",
        source="Gelman and Hill, ch. 15",
        model=Acquaintances,
        data=data.acquaintances,
        lines=6,
        brms="""\
brm(bf(y ~ eta, eta ~ 1 + (1 | respondent) + (1 | name), nlf(shape ~ eta - w),
       w ~ 0 + name, nl = TRUE), data = known, family = negbinomial())
""",
        bambi=None,
    ),
)
