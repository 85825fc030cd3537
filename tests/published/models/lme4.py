"""Models of lme4's help pages and vignettes, and of MixedModels.jl on the same data."""

import pandas as pd

import stanlevels as sl
from tests.published.frames.r import r_data
from tests.published.record import Published


class Sleepstudy(sl.Model):
    """Reaction ~ Days + (Days | Subject)"""

    Subject = sl.Level()
    B = sl.effects(1, "Days", over=Subject)
    Reaction = sl.Normal(B, observed=True)


class Cbpp(sl.Model):
    """cbind(incidence, size - incidence) ~ period + (1 | herd), binomial"""

    herd = sl.Level()
    b = sl.effects(1, "period")
    H = sl.Normal(0, over=herd)
    incidence = sl.Binomial(sl.data("size"), logit=b + H, observed=True)


class Cake(sl.Model):
    """angle ~ recipe * temperature + (1 | recipe:replicate)"""

    recipe = sl.Level()
    batch = sl.Level("replicate", within=recipe)
    X = sl.covariates("recipe", "temperature")
    b = sl.effects(1, X, sl.interactions(X))
    B = sl.Normal(0, over=batch)
    angle = sl.Normal(b + B, observed=True)


class Grouseticks(sl.Model):
    """TICKS ~ YEAR + HEIGHT + (1 | BROOD) + (1 | INDEX) + (1 | LOCATION), poisson"""

    BROOD, LOCATION = sl.Level(), sl.Level()
    b = sl.effects(1, "YEAR", "HEIGHT")
    B, L = sl.Normal(0, over=BROOD), sl.Normal(0, over=LOCATION)
    extra = sl.Normal(0, over=sl.rows)
    TICKS = sl.Poisson(log=b + B + L + extra, observed=True)


class VerbAgg(sl.Model):
    """r2 ~ (Anger + Gender + btype + situ)^2 + (1 | id) + (1 | item), binomial"""

    person, item = sl.Level("id"), sl.Level()
    X = sl.covariates("Anger", "Gender", "btype", "situ")
    b = sl.effects(1, X, sl.interactions(X))
    P, T = sl.Normal(0, over=person), sl.Normal(0, over=item)
    r2 = sl.Bernoulli(logit=b + P + T, observed=True)


class Penicillin(sl.Model):
    """diameter ~ 1 + (1 | plate) + (1 | sample)"""

    plate, dish = sl.Level(), sl.Level("sample")
    mean, P, S = sl.Normal(), sl.Normal(0, over=plate), sl.Normal(0, over=dish)
    diameter = sl.Normal(mean + P + S, observed=True)


class Pastes(sl.Model):
    """strength ~ 1 + (1 | batch / cask)"""

    batch = sl.Level()
    cask = sl.Level(within=batch)
    mean, B, C = sl.Normal(), sl.Normal(0, over=batch), sl.Normal(0, over=cask)
    strength = sl.Normal(mean + B + C, observed=True)


class InstEval(sl.Model):
    """y ~ service + (1 | s) + (1 | d) + (1 | dept:service)"""

    s, d, dept, service = sl.Level(), sl.Level(), sl.Level(), sl.Level()
    b = sl.effects(1, "service")
    S, D, DS = [sl.Normal(0, over=units) for units in (s, d, (dept, service))]
    y = sl.Normal(b + S + D + DS, observed=True)


class Arabidopsis(sl.Model):
    """total.fruits ~ nutrient * amd + rack + status + (1 | reg / popu / gen), negbin"""

    reg = sl.Level()
    popu = sl.Level(within=reg)
    gen = sl.Level(within=popu)
    X = sl.covariates("nutrient", "amd")
    b = sl.effects(1, X, sl.interactions(X), "rack", "status")
    R, P, G = [sl.Normal(0, over=units) for units in (reg, popu, gen)]
    fruits = sl.NegBinomial(log=b + R + P + G, observed="total.fruits")


def verbagg() -> pd.DataFrame:
    data = r_data("lme4", "VerbAgg")
    return data.assign(r2=(data["r2"] == "Y").astype(int))


def insteval() -> pd.DataFrame:
    data = r_data("lme4", "InstEval")
    return data[data["s"] <= 200].reset_index(drop=True)


MODELS = (
    Published(
        name="sleepstudy",
        source="lme4, ?sleepstudy",
        model=Sleepstudy,
        data=lambda: r_data("lme4", "sleepstudy"),
        lines=4,
        brms="brm(Reaction ~ Days + (Days | Subject), data = sleepstudy)",
        bambi=None,
    ),
    Published(
        name="cbpp",
        source="lme4, ?cbpp",
        model=Cbpp,
        data=lambda: r_data("lme4", "cbpp", "period"),
        lines=5,
        brms="""\
brm(incidence | trials(size) ~ period + (1 | herd), data = cbpp, family = binomial())
""",
        bambi="""\
bmb.Model("p(incidence, size) ~ period + (1|herd)", cbpp, family="binomial")
""",
    ),
    Published(
        name="cake",
        source="lme4, ?cake",
        model=Cake,
        data=lambda: r_data("lme4", "cake", "temperature"),
        lines=7,
        brms="brm(angle ~ recipe * temperature + (1 | recipe:replicate), data = cake)",
        bambi='bmb.Model("angle ~ recipe * temperature + (1|recipe:replicate)", cake)',
    ),
    Published(
        name="grouseticks",
        source="lme4, ?grouseticks",
        model=Grouseticks,
        data=lambda: r_data("lme4", "grouseticks", "YEAR"),
        lines=6,
        brms="""\
brm(TICKS ~ YEAR + HEIGHT + (1 | BROOD) + (1 | INDEX) + (1 | LOCATION),
    data = grouseticks, family = poisson())""",
        bambi="""\
bmb.Model("TICKS ~ YEAR + HEIGHT + (1|BROOD) + (1|INDEX) + (1|LOCATION)", grouseticks,
          family="poisson")""",
    ),
    Published(
        name="VerbAgg",
        source="lme4, ?VerbAgg",
        model=VerbAgg,
        data=verbagg,
        lines=6,
        brms="""\
brm(r2 ~ (Anger + Gender + btype + situ)^2 + (1 | id) + (1 | item), data = VerbAgg,
    family = bernoulli())
""",
        bambi="""\
bmb.Model("r2 ~ (Anger + Gender + btype + situ)**2 + (1|id) + (1|item)", verbagg,
          family="bernoulli")
""",
    ),
    Published(
        name="Penicillin",
        source="lme4, ?Penicillin",
        model=Penicillin,
        data=lambda: r_data("lme4", "Penicillin"),
        lines=4,
        brms="brm(diameter ~ 1 + (1 | plate) + (1 | sample), data = Penicillin)",
        bambi='bmb.Model("diameter ~ 1 + (1|plate) + (1|sample)", penicillin)',
    ),
    Published(
        name="Pastes",
        source="lme4, ?Pastes",
        model=Pastes,
        data=lambda: r_data("lme4", "Pastes"),
        lines=5,
        brms="brm(strength ~ 1 + (1 | batch/cask), data = Pastes)",
        bambi='bmb.Model("strength ~ 1 + (1|batch/cask)", pastes)',
    ),
    Published(
        name="InstEval",
        source="MixedModels.jl, benchmarks",
        model=InstEval,
        data=insteval,
        lines=5,
        brms="""\
brm(y ~ service + (1 | s) + (1 | d) + (1 | dept:service), data = InstEval)""",
        bambi="""\
bmb.Model("y ~ service + (1|s) + (1|d) + (1|dept:service)", insteval)""",
    ),
    Published(
        name="Arabidopsis",
        source="lme4, ?Arabidopsis",
        model=Arabidopsis,
        data=lambda: r_data("lme4", "Arabidopsis"),
        lines=8,
        brms="""\
brm(total.fruits ~ nutrient * amd + rack + status + (1 | reg/popu/gen),
    data = Arabidopsis, family = negbinomial())
""",
        bambi="""\
bmb.Model("`total.fruits` ~ nutrient*amd + rack + status + (1|reg/popu/gen)",
          arabidopsis, family="negativebinomial")""",
    ),
)
