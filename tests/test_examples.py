"""Every example runs, and finds what is true: the simulated values, or published numbers."""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.commands.scripts import load_script

EXAMPLES = Path(__file__).parents[1] / "examples"
SIMULATED = {
    "romcom": "interest",
    "crashes": "A",
    "students": "of_background",
    "football": "attack",
    "cutpoints": None,
    "overdispersion": None,
    "covariates": None,
    "distributional": "noise",
    "measurement_error": None,
}
REAL = ("radon", "sleepstudy", "eight_schools", "weights", "pumps", "rats")
SETTINGS = {"chains": 2, "warmup": 300, "draws": 300, "engine": "stanli", "progress": False}


def load(name):
    return load_script(EXAMPLES / f"{name}.py")


def run(module):
    """The fit of an example; short runs may fall short of the thresholds of `diagnose`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sl.StanlevelsWarning)
        return module.main(**SETTINGS)


def test_every_example_is_among_the_tested_ones():
    scripts = {path.stem for path in EXAMPLES.glob("*.py")} - {"make_picture", "make_gallery"}
    assert scripts == {*SIMULATED, *REAL}


@pytest.mark.parametrize("name", SIMULATED)
def test_a_simulated_example_finds_the_values_that_made_its_data(name, capsys):
    module = load(name)
    data, truth = module.simulate()
    fit = run(module)
    scalars = pd.Series({key: value for key, value in truth.items() if np.ndim(value) == 0})
    summary = fit.summary()
    assert set(scalars.index) <= set(summary.index)
    found = summary.loc[scalars.index]
    assert (np.abs(found["estimate"] - scalars) < 4 * found["sd"]).all()
    assert np.isfinite(summary["r_hat"]).all()
    assert "truth" in capsys.readouterr().out
    if effects := SIMULATED[name]:
        effects_follow(fit.effects(effects), truth[effects])
    if name == "romcom":
        weighted_average_is_the_posterior_mean(module, fit, data)


def effects_follow(table, truths):
    """Intervals hold the true effects, and estimates go with them."""
    found = table.set_index(table.columns[0])
    true = truths[found.index]
    inside = (found["lower"] <= true) & (true <= found["upper"])
    assert inside.mean() >= 0.75  # 95 % intervals; three of four even where there are four units
    assert np.corrcoef(found["estimate"], true)[0, 1] > 0.7


def weighted_average_is_the_posterior_mean(module, fit, data):
    """Given the spreads, E[interest] = w * own mean + (1 - w) * overall; averaged over draws both agree."""
    friends = fit.effects("interest").set_index("friend")
    average = module.weights(fit, data)["weighted average"]
    error = friends["sd"] / np.sqrt(friends["ess_bulk"])
    assert (np.abs(average - friends["estimate"]) < 4 * error + 1e-3).all()


def test_radon_agrees_with_gelman_and_hill(capsys):
    """Their lmer, section 12.6: 1.47 (0.04), floor -0.67 (0.07), uranium 0.72 (0.09), sds 0.16 and 0.76."""
    summary = run(load("radon")).summary()["estimate"]
    assert summary["base"] == pytest.approx(1.47, abs=0.03)
    assert summary["floor_effect"] == pytest.approx(-0.67, abs=0.03)
    assert summary["uranium_effect"] == pytest.approx(0.72, abs=0.04)
    assert summary["county_sd"] == pytest.approx(0.16, abs=0.04)
    assert summary["house_sd"] == pytest.approx(0.76, abs=0.02)


def test_sleepstudy_agrees_with_lme4(capsys):
    """Bates et al. (2015), JSS 67(1): 251.4, 10.5; REML's sds 24.7, 5.9 and 25.6, correlation 0.07.

    Posterior means of standard deviations lie above REML's estimates with 18 subjects; tolerances say so.
    """
    summary = run(load("sleepstudy")).summary()["estimate"]
    assert summary["B_mean[intercept]"] == pytest.approx(251.4, abs=2.5)
    assert summary["B_mean[days]"] == pytest.approx(10.5, abs=0.6)
    assert summary["reaction_sigma"] == pytest.approx(25.6, abs=1.0)
    assert summary["B_sd[intercept]"] == pytest.approx(24.7, abs=5)
    assert summary["B_sd[days]"] == pytest.approx(5.9, abs=1.5)
    assert summary["B_corr[intercept, days]"] == pytest.approx(0.07, abs=0.15)


def test_eight_schools_agree_with_the_reference_posterior(capsys):
    """posteriordb, eight_schools_noncentered: mean 4.36 (3.3), spread 3.59 (3.2)."""
    summary = run(load("eight_schools")).summary()["estimate"]
    assert summary["mean"] == pytest.approx(4.4, abs=0.8)
    assert summary["spread"] == pytest.approx(3.6, abs=0.8)


def test_pumps_agree_with_mamba(capsys):
    """Mamba's documentation, example pumps: 7,500 draws by Gibbs and slice sampling, with their own errors.

    shape 0.679 (error 0.007), inverse scale 0.894 (0.018), rates with sds. By quadrature 0.697 and 0.927; our
    600 draws have errors of 0.011 and 0.023.
    """
    fit = run(load("pumps"))
    assert fit.plan.marginalize == ("rate",)
    summary = fit.summary()["estimate"]
    assert summary["shape"] == pytest.approx(0.679, abs=0.07)
    assert summary["inverse_scale"] == pytest.approx(0.894, abs=0.15)
    table = fit.effects("rate")
    published = [0.0597, 0.0998, 0.0890, 0.1162, 0.6037, 0.6089, 0.8943, 0.8843, 1.5623, 1.9879]
    sds = np.array([0.0251, 0.0773, 0.0380, 0.0306, 0.3224, 0.1394, 0.6916, 0.7260, 0.7559, 0.4279])
    assert (np.abs(table["estimate"] - published) < 0.2 * sds).all()
    assert table["sd"].to_numpy() == pytest.approx(sds, rel=0.2)


def test_rats_agree_with_bayesian_data_analysis(capsys):
    """Gelman et al. (2013), section 5.3: posterior means of alpha and beta 2.4 and 14.3.

    By quadrature 2.403 and 14.32, and 0.2109 for the current experiment; our 600 draws have errors of about
    0.04, 0.25 and 0.003.
    """
    fit = run(load("rats"))
    assert fit.plan.marginalize == ("probability",)
    summary = fit.summary()["estimate"]
    assert summary["alpha"] == pytest.approx(2.4, abs=0.25)
    assert summary["beta"] == pytest.approx(14.3, abs=1.5)
    assert fit.effects("probability")["estimate"].iloc[-1] == pytest.approx(0.211, abs=0.015)


def test_frequency_weights_give_the_logistic_regression_of_all_applicants(capsys):
    """R: glm(admitted ~ 0 + department + male, binomial, weights = applicants).

    Effect of being male -0.0999 (0.0808); departments 0.682, 0.639, -0.581, -0.613, -1.057, -2.625.
    Departments are drawn a little towards their mean.
    """
    module = load("weights")
    assert module.load()["applicants"].sum() == 4526
    fit = run(module)
    assert fit.summary()["estimate"]["male_effect"] == pytest.approx(-0.0999, abs=0.03)
    assert fit.summary()["sd"]["male_effect"] == pytest.approx(0.0808, abs=0.01)
    found = fit.effects("of_department")["estimate"]
    assert found.to_numpy() == pytest.approx([0.682, 0.639, -0.581, -0.613, -1.057, -2.625], abs=0.06)


@pytest.mark.parametrize(("name", "rows", "units"), [("radon", 919, 85), ("sleepstudy", 180, 18)])
def test_the_data_that_come_along_are_whole(name, rows, units):
    data = load(name).load()
    assert len(data) == rows
    assert data.iloc[:, 0].nunique() == units
    assert not data.isna().any().any()
