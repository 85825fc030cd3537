"""Models of response times, directions and claims."""

import stanlevels as sl
from tests.published.frames import responses as frames
from tests.published.record import Published


class Wiener(sl.Model):
    """rt | dec(choice) ~ hard + (1 | person), wiener"""

    person, X = sl.Level(), sl.covariates(1, "hard")
    b, sd = sl.Normal(over=X), sl.HalfNormal(1)
    own = sl.Normal(0, sd, over=person)
    answer = sl.Wiener(b @ X + own, bias=0.5, observed=["rt", "choice"])


class Periwinkles(sl.Model):
    """direction ~ distance, von Mises"""

    b = sl.effects(1, "distance")
    direction = sl.VonMises(tan_half=b, observed=True)


class Claims(sl.Model):
    """claim ~ age + area, inverse Gaussian, log link"""

    b = sl.effects(1, "age", "area")
    claim = sl.InverseGaussian(log=b, observed=True)


MODELS = (
    Published(
        name="wiener",
        source="HSSM, hierarchical drift; brms, wiener",
        model=Wiener,
        data=frames.choices,
        lines=5,
        brms="""\
brm(bf(rt | dec(choice) ~ hard + (1 | person), bias = 0.5), data = d,
    family = wiener())
""",
        bambi=None,
    ),
    Published(
        name="periwinkles",
        source="Bambi, circular regression",
        model=Periwinkles,
        data=frames.periwinkles,
        lines=3,
        brms="brm(direction ~ distance, data = d, family = von_mises())",
        bambi='bmb.Model("direction ~ distance", d, family="vonmises")',
    ),
    Published(
        name="claims",
        source="Bambi, Wald regression",
        model=Claims,
        data=frames.claims,
        lines=3,
        brms='brm(claim ~ age + area, data = d, family = inverse.gaussian("log"))',
        bambi='bmb.Model("claim ~ age + area", d, family="wald", link="log")',
    ),
)
