"""Models of Statistical Rethinking: what is ordered, mismeasured, missing or unseen."""

import stanlevels as sl
from tests.published.frames import rethinking as frames
from tests.published.record import Published


class Trolley(sl.Model):
    """response ~ ordered_logit(bA A + bI I + bC C + bE sum(delta[1:E]), kappa)"""

    kappa = sl.Normal(over=sl.Index(6), ordered=True)
    b = sl.effects("action", "intention", "contact")
    E = sl.data("edu", categorical=True, coding="steps")
    delta = sl.Dirichlet(2, over=E)
    bE = sl.Normal(0, 1)
    response = sl.OrderedLogistic(b + bE * (delta @ E), kappa, observed=True)


class Waffles(sl.Model):
    """
    D_obs ~ normal(D, D_sd), D ~ normal(a + bA * A + bM * M, s)
    M_obs ~ normal(M, M_sd), M ~ normal(aM + bAM * A, sM)
    """

    to_M, to_D = sl.effects(1, "A"), sl.effects(1, "A")
    bM = sl.Normal(0, 0.5)
    M = sl.Normal(to_M, over=sl.rows)
    D = sl.Normal(to_D + bM * M, over=sl.rows)
    M_obs = sl.Normal(M, sl.data("M_sd"), observed=True)
    D_obs = sl.Normal(D, sl.data("D_sd"), observed=True)


class Milk(sl.Model):
    """K ~ normal(a + bB * B + bM * M, s), B ~ normal(nu, s_B), some B missing"""

    B = sl.Normal(observed=True, missing="model")
    b, bB = sl.effects(1, "M"), sl.Normal()
    K = sl.Normal(b + bB * B, observed=True)


class Cats(sl.Model):
    """notes ~ poisson(exp(a + b * cat)), cat ~ bernoulli(k), some cats unseen"""

    a, b, k = sl.Normal(0, 1), sl.Normal(0, 0.5), sl.Beta(2, 2)
    cat = sl.Bernoulli(k, observed=True, missing="model")
    notes = sl.Poisson(log=a + b * cat, observed=True)


class LatentMundlak(sl.Model):
    """y ~ bernoulli(a + bx * x + bz * z + u[g]), x ~ normal(aX + bux * u[g], s)"""

    g = sl.Level()
    u = sl.Normal(0, 1, over=g)
    aX, bux, tau = sl.Normal(), sl.Exponential(1), sl.Exponential(1)
    b = sl.effects(1, "x", "z")
    x = sl.Normal(aX + bux * u, observed=True)
    y = sl.Bernoulli(logit=b + tau * u, observed=True)


MODELS = (
    Published(
        name="rethinking_trolley",
        source="Rethinking, ch. 12",
        model=Trolley,
        data=frames.trolley,
        lines=7,
        brms="""\
brm(response ~ 1 + action + intention + contact + mo(edu), data = trolley,
    family = cumulative())""",
        bambi=None,
    ),
    Published(
        name="rethinking_waffles",
        source="Rethinking, ch. 15",
        model=Waffles,
        data=frames.waffles,
        lines=7,
        brms="""\
formula <- bf(D | mi(D_sd) ~ 1 + A + mi(M)) + bf(M | mi(M_sd) ~ 1 + A) +
  set_rescor(FALSE)
brm(formula, data = waffles)""",
        bambi=None,
    ),
    Published(
        name="rethinking_milk",
        source="Rethinking, ch. 15",
        model=Milk,
        data=frames.milk,
        lines=4,
        brms="""\
brm(bf(K ~ 1 + mi(B) + M) + bf(B | mi() ~ 1) + set_rescor(FALSE), data = milk)""",
        bambi=None,
    ),
    Published(
        name="rethinking_cats",
        source="Rethinking, ch. 15",
        model=Cats,
        data=frames.cats,
        lines=4,
        brms=None,
        bambi=None,
    ),
    Published(
        name="rethinking_latent_mundlak",
        source="Rethinking, lecture on confounds of groups",
        model=LatentMundlak,
        data=frames.shared_confound,
        lines=7,
        brms="""\
formula <- bf(y ~ 1 + x + z + (1 | u | g), family = bernoulli()) +
  bf(x ~ 1 + (1 | u | g)) + set_rescor(FALSE)
brm(formula, data = d)""",
        bambi=None,
    ),
)
