"""Models of lme4's help pages and vignettes, and of MixedModels.jl on the same data."""

import pandas as pd

import stanlevels as sl
from tests.published.frames.r import r_data
from tests.published.record import Published


class Sleepstudy(sl.Model):
    """Reaction ~ Days + (Days | Subject)"""

    Subject = sl.Level()
    a, b = sl.Normal(), sl.Normal()
    B = sl.MultiNormal([a, b], over=Subject)
    Reaction = sl.Normal(B["a"] + B["b"] * sl.data("Days"), observed=True)


class Cbpp(sl.Model):
    """cbind(incidence, size - incidence) ~ period + (1 | herd), binomial"""

    herd = sl.Level()
    period = sl.data("period", categorical=True)
    mean, b = sl.Normal(), sl.Normal(over=period)
    H = sl.Normal(mean, over=herd)
    incidence = sl.Binomial(sl.data("size"), logit=H + b @ period, observed=True)


class Cake(sl.Model):
    """angle ~ recipe * temperature + (1 | recipe:replicate)"""

    recipe = sl.Level()
    batch = sl.Level("replicate", within=recipe)
    R = sl.data("recipe", categorical=True)
    mean, r, t, rt = sl.Normal(), sl.Normal(over=R), sl.Normal(), sl.Normal(over=R)
    B = sl.Normal(mean, over=batch)
    angle = sl.Normal(B + r @ R + (t + rt @ R) * sl.data("temperature"), observed=True)


class Grouseticks(sl.Model):
    """TICKS ~ YEAR + HEIGHT + (1 | BROOD) + (1 | INDEX) + (1 | LOCATION), poisson"""

    BROOD, LOCATION = sl.Level(), sl.Level()
    X = sl.covariates(sl.data("YEAR", categorical=True), "HEIGHT")
    mean, b = sl.Normal(), sl.Normal(over=X)
    B, L = sl.Normal(0, over=BROOD), sl.Normal(0, over=LOCATION)
    extra = sl.Normal(0, over=sl.rows)
    TICKS = sl.Poisson(log=mean + b @ X + B + L + extra, observed=True)


class Penicillin(sl.Model):
    """diameter ~ 1 + (1 | plate) + (1 | sample)"""

    plate, dish = sl.Level(), sl.Level("sample")
    mean = sl.Normal()
    P, S = sl.Normal(0, over=plate), sl.Normal(0, over=dish)
    diameter = sl.Normal(mean + P + S, observed=True)


class Pastes(sl.Model):
    """strength ~ 1 + (1 | batch / cask)"""

    batch = sl.Level()
    cask = sl.Level(within=batch)
    mean = sl.Normal()
    B = sl.Normal(mean, over=batch)
    C = sl.Normal(B, over=cask)
    strength = sl.Normal(C, observed=True)


class InstEval(sl.Model):
    """y ~ service + (1 | s) + (1 | d) + (1 | dept:service)"""

    s, d, dept = sl.Level(), sl.Level(), sl.Level()
    offer = sl.Level("service", within=dept)
    mean, b = sl.Normal(), sl.Normal()
    S, D, DS = sl.Normal(0, over=s), sl.Normal(0, over=d), sl.Normal(0, over=offer)
    y = sl.Normal(mean + b * sl.data("service") + S + D + DS, observed=True)


class Arabidopsis(sl.Model):
    """total.fruits ~ nutrient * amd + rack + status + (1 | reg / popu / gen), negbin"""

    reg = sl.Level()
    popu = sl.Level(within=reg)
    gen = sl.Level(within=popu)
    X = sl.covariates(
        "nutrient", "rack", *[sl.data(c, categorical=True) for c in ("amd", "status")]
    )
    amd = sl.data("amd", categorical=True)
    mean, b, by_amd = sl.Normal(), sl.Normal(over=X), sl.Normal(over=amd)
    R = sl.Normal(mean, over=reg)
    P = sl.Normal(R, over=popu)
    G = sl.Normal(P, over=gen)
    fruits = sl.NegBinomial(
        log=G + b @ X + by_amd @ amd * sl.data("nutrient"), observed="total.fruits"
    )


def insteval() -> pd.DataFrame:
    data = r_data("lme4", "InstEval")
    return data[data["s"] <= 200].reset_index(drop=True)


MODELS = (
    Published(
        name="sleepstudy",
        source="lme4, ?sleepstudy",
        model=Sleepstudy,
        data=lambda: r_data("lme4", "sleepstudy"),
        lines=5,
        brms="brm(Reaction ~ Days + (Days | Subject), data = sleepstudy)",
        bambi=None,
    ),
    Published(
        name="cbpp",
        source="lme4, ?cbpp",
        model=Cbpp,
        data=lambda: r_data("lme4", "cbpp", "period"),
        lines=6,
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
        data=lambda: r_data("lme4", "cake"),
        lines=7,
        brms="brm(angle ~ recipe * temperature + (1 | recipe:replicate), data = cake)",
        bambi='bmb.Model("angle ~ recipe * temperature + (1|recipe:replicate)", cake)',
    ),
    Published(
        name="grouseticks",
        source="lme4, ?grouseticks",
        model=Grouseticks,
        data=lambda: r_data("lme4", "grouseticks", "YEAR"),
        lines=7,
        brms="""\
brm(TICKS ~ YEAR + HEIGHT + (1 | BROOD) + (1 | INDEX) + (1 | LOCATION),
    data = grouseticks, family = poisson())""",
        bambi="""\
bmb.Model("TICKS ~ YEAR + HEIGHT + (1|BROOD) + (1|INDEX) + (1|LOCATION)", grouseticks,
          family="poisson")""",
    ),
    Published(
        name="Penicillin",
        source="lme4, ?Penicillin",
        model=Penicillin,
        data=lambda: r_data("lme4", "Penicillin"),
        lines=5,
        brms="brm(diameter ~ 1 + (1 | plate) + (1 | sample), data = Penicillin)",
        bambi='bmb.Model("diameter ~ 1 + (1|plate) + (1|sample)", penicillin)',
    ),
    Published(
        name="Pastes",
        source="lme4, ?Pastes",
        model=Pastes,
        data=lambda: r_data("lme4", "Pastes"),
        lines=7,
        brms="brm(strength ~ 1 + (1 | batch/cask), data = Pastes)",
        bambi='bmb.Model("strength ~ 1 + (1|batch/cask)", pastes)',
    ),
    Published(
        name="InstEval",
        source="MixedModels.jl, benchmarks",
        model=InstEval,
        data=insteval,
        lines=6,
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
        lines=15,
        brms="""\
brm(total.fruits ~ nutrient * amd + rack + status + (1 | reg/popu/gen),
    data = Arabidopsis, family = negbinomial())
""",
        bambi="""\
bmb.Model("`total.fruits` ~ nutrient*amd + rack + status + (1|reg/popu/gen)",
          arabidopsis, family="negativebinomial")""",
    ),
)
