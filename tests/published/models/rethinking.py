"""Models of Statistical Rethinking: varying intercepts and slopes, and covariances."""

import stanlevels as sl
from tests.published.frames import rethinking as frames
from tests.published.record import Published


class Reedfrogs(sl.Model):
    """surv ~ binomial(density, p), logit p = a[tank], a[tank] ~ normal(a_bar, sigma)"""

    tank = sl.Level()
    a = sl.effects(1, over=tank)
    surv = sl.Binomial(sl.data("density"), logit=a, observed=True)


class Chimpanzees(sl.Model):
    """logit Pr(pulled_left) = a[actor] + g[block] + b[treatment]"""

    actor, block, treatment = sl.Level(), sl.Level(), sl.Level()
    a, g = sl.effects(1, over=actor), sl.Normal(0, over=block)
    b = sl.Normal(0, 0.5, over=treatment)
    pulled_left = sl.Bernoulli(logit=a + g + b, observed=True)


class ChimpanzeeSlopes(sl.Model):
    """logit Pr(pulled_left) = g[tid] + alpha[actor, tid] + beta[block, tid]"""

    actor, block = sl.Level(), sl.Level()
    treatment = sl.data("treatment", categorical=True, coding="indicator")
    g_alpha = sl.effects(treatment, over=actor)
    beta = sl.effects(treatment, over=block, mean=0)
    pulled_left = sl.Bernoulli(logit=g_alpha + beta, observed=True)


class Cafes(sl.Model):
    """wait ~ normal(a[cafe] + b[cafe] * afternoon, sigma), (a, b)[cafe] ~ MVN"""

    cafe = sl.Level()
    B = sl.effects(1, "afternoon", over=cafe)
    wait = sl.Normal(B, observed=True)


class Bangladesh(sl.Model):
    """logit Pr(use) = a[district] + b[district] * urban, (a, b)[district] ~ MVN"""

    district = sl.Level()
    B = sl.effects(1, "urban", over=district)
    use = sl.Bernoulli(logit=B, observed=True)


class Dyads(sl.Model):
    """
    log E(giftsAB) = a + gr[A, 1] + gr[B, 2] + d[dyad, 1]
    log E(giftsBA) = a + gr[B, 1] + gr[A, 2] + d[dyad, 2]
    """

    household = sl.Level()
    A, B = sl.Level("hidA", of=household), sl.Level("hidB", of=household)
    a, d_sd = sl.Normal(), sl.HalfNormal()
    gr = sl.MultiNormal([0, 0], over=household)
    d = sl.MultiNormal([0, 0], [d_sd, d_sd], over=sl.rows)
    giftsAB = sl.Poisson(log=a + gr[0][A] + gr[1][B] + d[0], observed=True)
    giftsBA = sl.Poisson(log=a + gr[0][B] + gr[1][A] + d[1], observed=True)


class Primates(sl.Model):
    """B ~ MVN(a + bM * M + bG * G, s * V), V from the phylogeny"""

    species = sl.Level()
    a_b, tree = sl.effects(1, "M", "G"), sl.Normal(0, over=species, corr="V")
    B = sl.Normal(a_b + tree, observed=True)


class Instruments(sl.Model):
    """(W, E) ~ MVN((aW + bEW * E, aE + bQE * Q), Sigma)"""

    W, E = sl.effects(1, "E"), sl.effects(1, "Q")
    Y = sl.MultiNormal([W, E], observed=["W", "E"])


MODELS = (
    Published(
        name="rethinking_reedfrogs",
        source="Rethinking, ch. 13",
        model=Reedfrogs,
        data=frames.reedfrogs,
        lines=4,
        brms="""\
brm(surv | trials(density) ~ 1 + (1 | tank), data = d, family = binomial())""",
        bambi='bmb.Model("p(surv, density) ~ 1 + (1|tank)", d, family="binomial")',
    ),
    Published(
        name="rethinking_chimpanzees",
        source="Rethinking, ch. 13",
        model=Chimpanzees,
        data=frames.chimpanzees,
        lines=5,
        brms="""\
brm(pulled_left ~ 0 + treatment + (1 | actor) + (1 | block), data = d,
    family = bernoulli())""",
        bambi="""\
bmb.Model("pulled_left ~ 0 + treatment + (1|actor) + (1|block)", d,
          family="bernoulli")""",
    ),
    Published(
        name="rethinking_chimpanzee_slopes",
        source="Rethinking, ch. 14",
        model=ChimpanzeeSlopes,
        data=frames.chimpanzees,
        lines=6,
        brms="""\
brm(pulled_left ~ 0 + treatment + (0 + treatment | actor) + (0 + treatment | block),
    data = d, family = bernoulli())""",
        bambi=None,
    ),
    Published(
        name="rethinking_cafes",
        source="Rethinking, ch. 14",
        model=Cafes,
        data=frames.cafes,
        lines=4,
        brms="brm(wait ~ 1 + afternoon + (1 + afternoon | cafe), data = d)",
        bambi=None,
    ),
    Published(
        name="rethinking_bangladesh",
        source="Rethinking, ch. 14",
        model=Bangladesh,
        data=frames.contraception,
        lines=4,
        brms="""\
brm(use ~ 1 + urban + (1 + urban | district), data = bangladesh,
    family = bernoulli())""",
        bambi=None,
    ),
    Published(
        name="rethinking_dyads",
        source="Rethinking, ch. 14",
        model=Dyads,
        data=frames.gifts,
        lines=8,
        brms=None,
        bambi=None,
    ),
    Published(
        name="rethinking_primates",
        source="Rethinking, ch. 14",
        model=Primates,
        data=frames.primates,
        tables=frames.phylogeny,
        lines=4,
        brms="""\
brm(B ~ 1 + M + G + (1 | gr(species, cov = V)), data = primates,
    data2 = list(V = V))""",
        bambi=None,
    ),
    Published(
        name="rethinking_instruments",
        source="Rethinking, ch. 14",
        model=Instruments,
        data=frames.education,
        lines=3,
        brms="brm(bf(W ~ 1 + E) + bf(E ~ 1 + Q) + set_rescor(TRUE), data = d)",
        bambi=None,
    ),
)
