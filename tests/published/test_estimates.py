"""Published estimates, by the classes of `tests.published.models` as they stand.

`tests/literature` and `tests/references` hold other fits, in long classes with priors of their own; deviances
of some are here again, since short classes must not change them.

Tolerance: half a unit of the last digit that the source prints, unless `within` says why not.
"""

from dataclasses import dataclass, field

import pytest

from tests.published.models import EVERY

RECORDS = {record.name: record for record in EVERY}


@dataclass(frozen=True)
class Fit:
    """A published fit, numbers as they are printed: minus twice the log likelihood, and estimates by name."""

    name: str
    method: str
    source: str
    deviance: str | None = None
    numbers: dict[str, str] = field(default_factory=dict)
    within: float | None = None

    def __str__(self):
        return f"{self.name}-{self.method}"


FITS = [
    Fit(
        "infert",
        "mle",
        "R, example(infert), survival::clogit(case ~ spontaneous + induced + strata(stratum))",
        numbers={"spontaneous": "1.9859", "induced": "1.4090"},
    ),
    Fit(
        "orange",
        "mle",
        "lme4, nlmer(circumference ~ SSlogis(age, Asym, xmid, scal) ~ Asym | Tree)",
        numbers={
            "Asym_mean": "192.05",
            "xmid": "727.9",
            "scal": "348.07",
            "Asym_sd": "31.646",
            "circumference_sigma": "7.843",
        },
    ),
    Fit(
        "radon",
        "reml",
        "Gelman and Hill (2007), ch. 13",
        numbers={
            "intercept[intercept]": "1.47",
            "slope[intercept]": "-0.67",
            "intercept[uranium]": "0.81",
            "slope[uranium]": "-0.42",
            "B_sd[intercept]": "0.12",
            "B_sd[basement]": "0.31",
            "B_corr[intercept, basement]": "0.41",
            "radon_sigma": "0.75",
        },
    ),
    Fit(
        "theoph",
        "mle",
        "Pinheiro and Bates (2000), fm1Theoph.nlme, which takes the model as linear about the effects",
        numbers={
            "lKe": "-2.4327",
            "lKa": "0.45146",
            "lCl": "-3.2145",
            "e": "0.13104",
            "a": "0.63783",
            "c": "0.25118",
            "conc_sigma": "0.68183",
        },
        within=0.02,
    ),
    Fit("cake", "mle", "lme4, ?cake, fm1", "1679.0"),
    Fit("sleepstudy", "reml", "Bates et al. (2015)", "1743.6283"),
    Fit("sleepstudy", "mle", "MixedModels.jl, test/pls.jl", "1751.9393"),
    Fit("Penicillin", "reml", "Bates et al. (2015)", "330.8606"),
    Fit("Pastes", "reml", "lme4, ?Pastes", "246.9907"),
    Fit("cbpp", "mle", "MixedModels.jl, test/pirls.jl", "184.05256"),
    Fit("Machines", "reml", "Pinheiro and Bates (2000)", "208.311"),
    Fit("HSB", "reml", "Singer (1998)", "46503.7"),
]


@pytest.mark.parametrize("fit", FITS, ids=str)
def test_short_classes_give_published_estimates(fit):
    found = RECORDS[fit.name].bind().fit(fit.method)
    if fit.deviance:
        assert found.deviance == pytest.approx(float(fit.deviance), abs=half_a_unit(fit.deviance))
    table = found.summary()["estimate"]
    for name, printed in fit.numbers.items():
        within = half_a_unit(printed) if fit.within is None else fit.within
        assert table[name] == pytest.approx(float(printed), abs=within), name


def half_a_unit(printed):
    """Of the last digit, and a little for the other program's own rounding."""
    return 0.55 * 10.0 ** -len(printed.partition(".")[2])
