"""Models of units in time, from Stan's case studies and the vignettes of glmmTMB."""

import stanlevels as sl
from tests.published.frames import processes as frames
from tests.published.record import Published


class PestControl(sl.Model):
    """
    complaints ~ neg_binomial_2_log(mu + kappa * traps + mo[month] + log_sq_foot, phi)
    mu[building] ~ normal(alpha + building_data * zeta, sigma_mu)
    kappa[building] ~ normal(beta + building_data * gamma, sigma_kappa)
    mo ~ AR(1) with rho
    """

    building, month = sl.Level(), sl.Level()
    zeta, gamma = sl.effects(1, "age", "rent"), sl.effects(1, "age", "rent")
    mu, kappa = sl.Normal(zeta, over=building), sl.Normal(gamma, over=building)
    mo = sl.AR1(over=month)
    eta = mu + kappa * sl.data("traps") + mo + sl.data("log_sq_foot")
    complaints = sl.NegBinomial(log=eta, observed=True)


class Correlated(sl.Model):
    """y ~ ar1(times + 0 | group)"""

    group, times = sl.Level(), sl.Level()
    a, u = sl.Normal(), sl.AR1(over=(group, times))
    y = sl.Normal(a + u, observed=True)


class Islands(sl.Model):
    """tools ~ poisson(a * P^b / g * exp(k[society])), k ~ GP(distances)"""

    society = sl.Level()
    a, b, g = sl.Exponential(1), sl.Exponential(1), sl.Exponential(1)
    k = sl.GP("lat", "lon", over=society)
    eta = sl.log(a) + b * sl.log(sl.data("P")) - sl.log(g) + k
    tools = sl.Poisson(log=eta, observed=True)


MODELS = (
    Published(
        name="rethinking_islands",
        source="Rethinking, ch. 14",
        model=Islands,
        data=frames.islands,
        lines=6,
        brms="""\
formula <- bf(tools ~ log(a) + b * log(P) - log(g) + k, a + b + g ~ 1,
              k ~ 0 + gp(lat, lon), nl = TRUE)
prior <- prior(exponential(1), nlpar = "a", lb = 0) +
  prior(exponential(1), nlpar = "b", lb = 0) +
  prior(exponential(1), nlpar = "g", lb = 0)
brm(formula, data = kline, family = poisson(), prior = prior)""",
        bambi=None,
    ),
    Published(
        name="stan_pest_control",
        source="Stan, multilevel regression with Poisson-type outcomes",
        model=PestControl,
        data=frames.pests,
        lines=7,
        brms=None,
        bambi=None,
    ),
    Published(
        name="glmmTMB_ar1",
        source="glmmTMB, covariance structures",
        model=Correlated,
        data=frames.series,
        lines=4,
        brms=None,
        bambi=None,
    ),
)
