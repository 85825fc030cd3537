"""Models of brms's documentation: categories, kinds of groups, shrinkage, hurdles."""

import stanlevels as sl
from tests.published.frames import brms_families as frames
from tests.published.record import Published


class Choices(sl.Model):
    """k ~ x + (1 | q | g), categorical"""

    g = sl.Level()
    X = sl.covariates(1, "x")
    b, c = sl.Normal(over=X), sl.Normal(over=X)
    U = sl.MultiNormal([0, 0], over=g)
    k = sl.Categorical(logit=[0, b @ X + U[0], c @ X + U[1]], observed=True)


class Votes(sl.Model):
    """cbind(y1, y2, y3) | trials(n) ~ x, multinomial"""

    b, c = sl.effects(1, "x"), sl.effects(1, "x")
    y = sl.Multinomial(sl.data("n"), logit=[0, b, c], observed=["y1", "y2", "y3"])


class TwoKinds(sl.Model):
    """y ~ group + (1 | gr(id, by = group))"""

    group = sl.Level()
    person = sl.Level("id", within=group)
    mean, sds = sl.Normal(over=group), sl.HalfNormal(over=group)
    A = sl.Normal(mean, sds, over=person)
    y = sl.Normal(A, observed=True)


class OddGroups(sl.Model):
    """y ~ x + (1 | gr(g, dist = "student"))"""

    g = sl.Level()
    b = sl.effects(1, "x")
    A = sl.StudentT(mu=0, over=g)
    y = sl.Normal(b + A, observed=True)


class Horseshoe(sl.Model):
    """y ~ ., b ~ normal(0, lambda * tau), lambda ~ half_cauchy(0, 1)"""

    X = sl.covariates(*[f"x{k}" for k in range(1, 21)])
    a, tau = sl.Normal(), sl.HalfCauchy(1)
    shrink = sl.HalfCauchy(1, over=X)
    b = sl.Normal(0, shrink * tau, over=X, centered=False)
    y = sl.Normal(a + b @ X, observed=True)


class Donations(sl.Model):
    """amount ~ x + (1 | site), hu ~ x + (1 | site), hurdle_lognormal"""

    site = sl.Level()
    b, c = sl.effects(1, "x"), sl.effects(1, "x")
    A, H = sl.Normal(0, over=site), sl.Normal(0, over=site)
    amount = sl.Hurdle(sl.LogNormal(b + A), logit=c + H, observed=True)


MODELS = (
    Published(
        name="brms_choices",
        source="brms, brmsformula",
        model=Choices,
        data=frames.choices,
        lines=6,
        brms="brm(k ~ x + (1 | q | g), data = d, family = categorical())",
        bambi=None,
    ),
    Published(
        name="brms_votes",
        source="brms, brmsfamily",
        model=Votes,
        data=frames.votes,
        lines=3,
        brms="brm(cbind(y1, y2, y3) | trials(n) ~ x, data = d, family = multinomial())",
        bambi='bmb.Model("c(y1, y2, y3) ~ x", d, family="multinomial")',
    ),
    Published(
        name="brms_two_kinds",
        source="brms, gr",
        model=TwoKinds,
        data=frames.two_kinds,
        lines=6,
        brms="brm(y ~ 0 + group + (1 | gr(id, by = group)), data = d)",
        bambi=None,
    ),
    Published(
        name="brms_odd_groups",
        source="brms, gr",
        model=OddGroups,
        data=frames.odd_groups,
        lines=5,
        brms='brm(y ~ x + (1 | gr(g, dist = "student")), data = d)',
        bambi=None,
    ),
    Published(
        name="brms_horseshoe",
        source="brms, horseshoe; rstanarm, hs",
        model=Horseshoe,
        data=frames.few_of_many,
        lines=6,
        brms="brm(y ~ ., data = d, prior = prior(horseshoe()))",
        bambi=None,
    ),
    Published(
        name="brms_donations",
        source="brms, brmsfamily",
        model=Donations,
        data=frames.donations,
        lines=5,
        brms="""\
brm(bf(amount ~ x + (1 | site), hu ~ x + (1 | site)), data = d,
    family = hurdle_lognormal())""",
        bambi="""\
formula = bmb.Formula("amount ~ x + (1|site)", "psi ~ x + (1|site)")
bmb.Model(formula, d, family="hurdle_lognormal")""",
    ),
)
