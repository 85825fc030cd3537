"""Models with smooths, of brms's vignettes and rstanarm's."""

import stanlevels as sl
from tests.published.frames import smooths as data
from tests.published.record import Published


class Additive(sl.Model):
    """y ~ s(x1) + s(x2) + (1 | fac), sigma ~ s(x0) + (1 | fac)"""

    fac = sl.Level()
    S0, S1, S2 = sl.spline("x0"), sl.spline("x1"), sl.spline("x2")
    b, g = sl.effects(1, "x1", "x2"), sl.effects(1, "x0")
    w0, w1, w2 = (sl.Normal(0, over=S) for S in (S0, S1, S2))
    A, G = sl.Normal(0, over=fac), sl.Normal(0, over=fac)
    log_sd = g + w0 @ S0 + G
    y = sl.Normal(b + w1 @ S1 + w2 @ S2 + A, sl.exp(log_sd), observed=True)


class Rents(sl.Model):
    """rentsqm ~ t2(area, yearc) + (1 | ID | district), sigma ~ the same"""

    district, area, year = sl.Level(), sl.standardize("area"), sl.standardize("yearc")
    A, Y = sl.spline("area", 5), sl.spline("yearc", 5)
    AY, Y_A, A_Y = A * Y, sl.covariates(Y, area * Y), sl.covariates(A, A * year)
    X = sl.covariates(1, area, year, area * year)
    b, g = sl.effects(X), sl.effects(X)
    w1, w2, w3 = (sl.Normal(0, over=S) for S in (AY, Y_A, A_Y))
    v1, v2, v3 = (sl.Normal(0, over=S) for S in (AY, Y_A, A_Y))
    D = sl.MultiNormal([0, 0], over=district)
    rent = b + w1 @ AY + w2 @ Y_A + w3 @ A_Y + D[0]
    log_sd = g + v1 @ AY + v2 @ Y_A + v3 @ A_Y + D[1]
    rentsqm = sl.Normal(rent, sl.exp(log_sd), observed=True)


class RoachesSmooth(sl.Model):
    """y ~ s(roach1) + treatment + log(exposure2) + (1 | senior), neg_binomial_2"""

    senior, S = sl.Level(), sl.spline("roach1")
    b = sl.effects(1, "roach1", "treatment", sl.log(sl.data("exposure2")))
    w, A = sl.Normal(0, over=S), sl.Normal(0, over=senior)
    y = sl.NegBinomial(log=b + w @ S + A, observed=True)


class Feathers(sl.Model):
    """
    tarsus ~ sex + (1 | p | fosternest) + (1 | q | dam), sigma ~ 0 + sex, skew_normal
    back ~ s(hatchdate) + (1 | p | fosternest) + (1 | q | dam)
    """

    dam, nest, S = sl.Level(), sl.Level("fosternest"), sl.spline("hatchdate")
    sex = sl.data("sex", categorical=True, coding="indicator")
    b, c, log_sd = sl.effects(1, "sex"), sl.effects(1, "hatchdate"), sl.effects(sex)
    w, skew = sl.Normal(0, over=S), sl.Normal(0, 4)
    D, N = sl.MultiNormal([0, 0], over=dam), sl.MultiNormal([0, 0], over=nest)
    tarsus = sl.SkewNormal(b + D[0] + N[0], sl.exp(log_sd), skew, observed=True)
    back = sl.Normal(c + w @ S + D[1] + N[1], observed=True)


MODELS = (
    Published(
        name="additive",
        source="brms, distributional models",
        model=Additive,
        data=data.gaussian_sim,
        lines=8,
        brms="""\
brm(bf(y ~ s(x1) + s(x2) + (1 | fac), sigma ~ s(x0) + (1 | fac)), data = dat_smooth)
""",
        bambi=None,
    ),
    Published(
        name="rents",
        source="brms, advanced multilevel modeling",
        model=Rents,
        data=data.rents,
        lines=12,
        brms="""\
brm(bf(rentsqm ~ t2(area, yearc) + (1 | ID | district),
       sigma ~ t2(area, yearc) + (1 | ID | district)), data = rent99)
""",
        bambi=None,
    ),
    Published(
        name="roaches_smooth",
        source="rstanarm, glmer (gamm4)",
        model=RoachesSmooth,
        data=data.roaches,
        lines=5,
        brms="""\
brm(y ~ s(roach1) + treatment + log(exposure2) + (1 | senior), data = roaches,
    family = negbinomial())
""",
        bambi=None,
    ),
    Published(
        name="feathers",
        source="brms, multivariate models",
        model=Feathers,
        data=data.feathers,
        lines=8,
        brms="""\
brm(bf(tarsus ~ sex + (1 | p | fosternest) + (1 | q | dam)) + lf(sigma ~ 0 + sex) +
      skew_normal() +
      bf(back ~ s(hatchdate) + (1 | p | fosternest) + (1 | q | dam)) + gaussian() +
      set_rescor(FALSE),
    data = BTdata)
""",
        bambi=None,
    ),
)
