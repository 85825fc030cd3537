"""Maximum likelihood and REML against published fits of lme4, nlme, MixedModels.jl and SAS.

Tolerances: standard deviations 1e-4 relative (or half a unit of the last printed digit where fewer
digits are printed), minus twice the log likelihood 1e-3 (or half a unit of the last digit). All
sources keep every constant; their REML criteria have no log|X'X| term, as here.
"""

from dataclasses import dataclass, field

import numpy as np
import pytest

from tests.literature import linear as m
from tests.literature.frames import frame

MIXED_MODELS = "MixedModels.jl, test/pls.jl and docs/src/constructors.md"
PINHEIRO_BATES = "Pinheiro and Bates (2000), and the output of nlme's lme for the same calls"
BATES = "Bates, Mächler, Bolker and Walker (2015), and lme4's own examples"
SOFT_REV = "mlmRev, vignette MlmSoftRev"


@dataclass(frozen=True)
class Published:
    """A fit from the literature. `tolerance` is relative, for standard deviations and correlations."""

    model: type
    data: object
    method: str
    deviance: float
    numbers: dict[str, float]
    source: str
    within: float = 1e-3
    tolerance: float = 1e-4
    errors: dict[str, float] = field(default_factory=dict)

    def __str__(self):
        return f"{self.model.__name__}-{self.method}"


def sleep():
    return frame("lme4", "sleepstudy")


def dyestuff():
    return frame("lme4", "Dyestuff")


def dyestuff2():
    return frame("lme4", "Dyestuff2")


def penicillin():
    return frame("lme4", "Penicillin")


def pastes():
    return frame("lme4", "Pastes")


def nlme(name):
    return lambda: frame("nlme", name)


def chem():
    return frame("mlmRev", "Chem97")


FITS = [
    Published(
        m.Sleep,
        sleep,
        "mle",
        1751.9393444647046,
        {
            "intercept": 251.40510484848477,
            "slope": 10.4672859595959,
            "sds[intercept]": 23.780468100188497,
            "sds[slope]": 5.716827903196682,
            "noise": 25.591907,
        },
        MIXED_MODELS,
        errors={"intercept": 6.632257721914501, "slope": 1.5022354739749826},
    ),
    Published(
        m.Sleep,
        sleep,
        "reml",
        1743.6282722424,
        {"sds[intercept]": 24.7404, "sds[slope]": 5.9221, "noise": 25.5918},
        BATES,
        errors={"intercept": 6.8246, "slope": 1.5458},
    ),
    Published(
        m.SleepIndependent,
        sleep,
        "mle",
        1752.0032551398835,
        {
            "intercept_sd": 24.171449463289047,
            "slope_sd": 5.799379721123582,
            "noise": 25.556130034081047,
        },
        MIXED_MODELS,
        errors={"intercept": 6.707710260366577, "slope": 1.5193083237479683},
    ),
    Published(
        m.SleepSlope,
        sleep,
        "mle",
        1774.080315280528,
        {"slope_sd": 0.24353985679033105 * 28.92805},
        MIXED_MODELS,
    ),
    Published(
        m.Dyestuff,
        dyestuff,
        "mle",
        327.3270598811428,
        {"mean": 1527.5, "batch_sd": 37.260345, "noise": 49.510099986291145},
        MIXED_MODELS,
        errors={"mean": 17.69455188898009},
    ),
    Published(
        m.Dyestuff,
        dyestuff,
        "reml",
        319.6542768422538,
        {"batch_sd": 42.000602, "noise": np.sqrt(2451.2499)},
        MIXED_MODELS,
    ),
    Published(
        m.Dyestuff,
        dyestuff2,
        "mle",
        162.87303665382575,
        {"mean": 5.6656, "batch_sd": 0.0, "noise": 3.653231351374652},
        MIXED_MODELS,
        errors={"mean": 0.6669857396443261},
    ),
    Published(
        m.Dyestuff,
        dyestuff2,
        "reml",
        161.8283,
        {"batch_sd": 0.0, "noise": 3.7157},
        BATES,
    ),
    Published(
        m.Penicillin,
        penicillin,
        "mle",
        332.18834867227616,
        {
            "mean": 22.97222222222222,
            "plate_sd": 0.8455645948223015,
            "sample_sd": 1.770647779277388,
            "noise": np.sqrt(0.3024263987592062),
        },
        MIXED_MODELS,
        errors={"mean": 0.7445960346851368},
    ),
    Published(
        m.Penicillin,
        penicillin,
        "reml",
        330.8606,
        {"plate_sd": 0.84670, "sample_sd": 1.93156, "noise": 0.54992},
        BATES,
    ),
    Published(
        m.Pastes,
        pastes,
        "mle",
        247.99446586289676,
        {"batch_sd": 1.095070371687089, "cask_sd": 2.904069002535747, "noise": 0.8234088395243269},
        MIXED_MODELS,
        errors={"mean": 0.6421359883527029},
    ),
    Published(
        m.Pastes,
        pastes,
        "reml",
        246.9907,
        {"batch_sd": 1.2874, "cask_sd": 2.9041, "noise": 0.8234},
        BATES,
    ),
    Published(
        m.Rail,
        nlme("Rail"),
        "reml",
        122.177,
        {"mean": 66.5, "rail_sd": 24.80547, "noise": 4.020779},
        PINHEIRO_BATES,
        errors={"mean": 10.17104},
    ),
    Published(
        m.Rail,
        nlme("Rail"),
        "mle",
        128.56,
        {"rail_sd": 22.62435, "noise": 4.020779},
        PINHEIRO_BATES,
        errors={"mean": 9.554026 / np.sqrt(18 / 17)},  # nlme prints it times sqrt(N / (N - p))
    ),
    Published(
        m.Machines,
        nlme("Machines"),
        "reml",
        2 * 107.8438,
        {"worker_sd": 4.781050, "machine_sd": 3.729532, "noise": 0.9615771},
        PINHEIRO_BATES,
    ),
    Published(
        m.MachinesByWorker,
        m.machines,
        "reml",
        2 * 104.1556,
        {
            "sds[A]": 4.07928,
            "sds[B]": 8.62529,
            "sds[C]": 4.38948,
            "corr[A, B]": 0.803,
            "corr[A, C]": 0.623,
            "corr[B, C]": 0.771,
            "noise": 0.96158,
        },
        PINHEIRO_BATES,
        tolerance=1e-3,
    ),
    Published(
        m.Oats,
        nlme("Oats"),
        "reml",
        2 * 296.5209,
        {
            "mean": 81.87222,
            "nitro": 73.66667,
            "block_sd": 14.50596,
            "variety_sd": 11.00468,
            "noise": 12.86696,
        },
        PINHEIRO_BATES,
    ),
    Published(
        m.Orthodont,
        nlme("Orthodont"),
        "reml",
        2 * 221.3183,
        {
            "intercept": 16.76111,
            "age": 0.6601852,
            "sds[intercept]": 2.3270340,
            "sds[age]": 0.2264278,
            "corr[intercept, age]": -0.609,
            "noise": 1.3100397,
        },
        PINHEIRO_BATES,
        tolerance=1e-3,
    ),
    Published(
        m.ErgoStool,
        nlme("ergoStool"),
        "reml",
        2 * 60.56539,
        {"subject_sd": 1.332465, "noise": 1.100295},
        PINHEIRO_BATES,
    ),
    Published(
        m.ScotsSec,
        m.scots,
        "reml",
        17127.91,
        {"primary_sd": 1.0534, "second_sd": 0.6080, "noise": 2.8382, "b[female]": 0.49851},
        SOFT_REV,
        within=0.005,
        errors={"mean": 0.18432, "b[female]": 0.098255},
    ),
    Published(
        m.Chem97Lea,
        chem,
        "reml",
        161967.0,
        {"lea_sd": 0.7132, "noise": 3.2768, "mean": 5.684},
        "lmer(score ~ (1 | lea), Chem97), printed in the README of a port of cAIC4",
        within=0.5,
    ),
    Published(
        m.Hsb82,
        m.hsb,
        "reml",
        46503.7,
        {"sds[intercept]": np.sqrt(2.3794), "sds[cses]": np.sqrt(0.1014), "noise": np.sqrt(36.7211)},
        "Singer (1998), Using SAS PROC MIXED, section on both levels",
        within=0.05,
        tolerance=1e-3,
    ),
]


@pytest.mark.parametrize("published", FITS, ids=str)
def test_estimates_are_the_published_ones(published):
    fit = published.model.fit(published.data(), published.method)
    assert fit.deviance == pytest.approx(published.deviance, abs=published.within)
    table = fit.summary()
    for name, value in published.numbers.items():
        digits = max(published.tolerance * abs(value), 0.5 * 10 ** -_decimals(value))
        assert table.loc[name, "estimate"] == pytest.approx(value, abs=digits), name
    for name, value in published.errors.items():
        assert table.loc[name, "se"] == pytest.approx(value, rel=1e-4), name


def _decimals(value):
    text = repr(float(value))
    return len(text.split(".")[1]) if "e" not in text else 8


@pytest.mark.slow
def test_insteval_is_the_fit_of_lme4():
    """4,100 crossed effects and 28 coefficients; ML (lme4, MixedModels.jl)."""
    fit = m.InstEval.fit(m.insteval(), "mle")
    table = fit.summary(["student_sd", "lecturer_sd", "noise"])["estimate"]
    assert fit.deviance == pytest.approx(237585.5534151694, abs=1e-3)
    np.testing.assert_allclose(table, [0.32468136, 0.50834669, 1.17674], rtol=1e-5)


def test_aic_and_bic_count_parameters_and_rows_as_lme4_does():
    """Dyestuff: 3 parameters, 30 rows (MixedModels.jl, test/pls.jl)."""
    fit = m.Dyestuff.fit(dyestuff(), "mle")
    assert fit.n_parameters == 3
    assert fit.aic == pytest.approx(333.3270598811394, abs=1e-3)
    assert fit.bic == pytest.approx(337.5306520261259, abs=1e-3)


def test_conditional_means_are_those_of_lme4():
    """The first subject's deviation of the correlated sleepstudy model, ML: 2.8158 (MixedModels.jl)."""
    table = m.Sleep.fit(sleep(), "mle").effects("B")
    assert table["deviation"][0] == pytest.approx(2.815819441982976, abs=1e-3)


def test_satterthwaite_degrees_of_freedom_are_those_of_lmertest():
    """sleepstudy with (Days | Subject), REML: 17 and 17 (Kuznetsova et al. 2017)."""
    table = m.Sleep.fit(sleep(), "reml").summary(["intercept", "slope"])
    np.testing.assert_allclose(table["df"], [17.0, 17.0], atol=5e-3)


def test_a_variance_of_zero_is_a_result_in_words():
    fit = m.Dyestuff.fit(dyestuff2(), "mle")
    assert fit.summary().loc["batch_sd", "estimate"] == 0.0
    assert any("'B' is 0" in note and "not an error" in note for note in fit.notes)
    assert (fit.effects("B")["weight"] == 0).all()


def balanced(data, outcome, *levels):
    """Variance components of a balanced nested design by the analysis of variance (Searle 1971, ch. 9)."""
    y = data[outcome]
    groups = [data[list(levels[: k + 1])].astype(str).agg("/".join, axis=1) for k in range(len(levels))]
    fitted = [np.full(len(y), y.mean()), *(y.groupby(g).transform("mean") for g in groups), y]
    sizes = [1, *(g.nunique() for g in groups), len(y)]
    squares = [
        float(((fitted[k + 1] - fitted[k]) ** 2).sum()) / (sizes[k + 1] - sizes[k])
        for k in range(len(sizes) - 1)
    ]
    between = [(squares[k] - squares[k + 1]) / (len(y) / sizes[k + 1]) for k in range(len(levels))]
    return np.sqrt([*between, squares[-1]])


def test_reml_of_balanced_nested_data_is_the_analysis_of_variance():
    found = m.Pastes.fit(pastes(), "reml").summary(["batch_sd", "cask_sd", "noise"])["estimate"]
    np.testing.assert_allclose(found, balanced(pastes(), "strength", "batch", "cask"), rtol=1e-5)


def test_reml_of_the_cake_data_is_the_analysis_of_variance():
    """A split plot: 45 batches of batter, 15 for each recipe, baked at six temperatures."""
    data = m.cake()
    y = data["angle"].astype(float)
    batch = data["recipe"].astype(str) + data["replicate"].astype(str)
    cell = data["recipe"].astype(str) + data["temperature"].astype(str)
    means = [y.groupby(g).transform("mean") for g in (batch, cell, data["recipe"])]
    between = 6 * ((means[0] - means[2]) ** 2).sum() / 6 / 42
    within = ((y - means[0] - means[1] + means[2]) ** 2).sum() / (45 * 5 - 15)
    found = m.Cake.fit(data, "reml").summary(["batch_sd", "noise"])["estimate"]
    np.testing.assert_allclose(found, np.sqrt([(between - within) / 6, within]), rtol=1e-5)


def test_egsingle_agrees_with_the_dense_normal_distribution_on_some_schools():
    """Children crossed with schools over time: the maximum, evaluated again by brute force."""
    from scipy.stats import multivariate_normal

    data = m.egsingle()
    data = data[data["schoolid"].isin(sorted(data["schoolid"].unique())[:4])].reset_index(drop=True)
    fit = m.Egsingle.fit(data, "mle")
    table = fit.summary()["estimate"]
    X = data[["year", "size", "year_size", "female"]].to_numpy(float)
    mean = table["mean"] + X @ table.filter(like="b[").to_numpy()
    V = np.eye(len(data)) * table["noise"] ** 2
    for column, sd in (("childid", "child_sd"), ("schoolid", "school_sd")):
        same = data[column].to_numpy()[:, None] == data[column].to_numpy()
        V += same * table[sd] ** 2
    wanted = multivariate_normal(mean, V, allow_singular=True).logpdf(data["math"])
    assert fit.log_likelihood == pytest.approx(wanted, abs=1e-6)
